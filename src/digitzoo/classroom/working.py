"""The working of an answer: those steps of `explain` that lead to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from digitzoo.classroom.words import word
from digitzoo.formulas import Explanation, LayerInfo
from digitzoo.formulas.explanations.axis_steps import sight_steps, size_steps
from digitzoo.formulas.explanations.explain import legend_of
from digitzoo.formulas.explanations.explanation import Section, Step, times
from digitzoo.formulas.explanations.weight_steps import memory_steps, weight_steps, work_steps
from digitzoo.formulas.layers.base import words_of

_Steps = Callable[[LayerInfo, Mapping[str, str]], Iterable[Step]]


def _first_work(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    yield from [*work_steps(row, words)][:1]  # the MACs, without what biases add


def _side(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    return (step for step in size_steps(row, words) if step.title != words["channels"])


def _sight(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    reach, center = (words[key].partition(",")[0] for key in ("reach", "center"))
    yield from (step for step in size_steps(row, words) if step.title.startswith(reach))
    yield from (step for step in sight_steps(row, words) if not step.title.startswith(center))


def _memory(row: LayerInfo, words: Mapping[str, str]) -> Iterator[Step]:
    return memory_steps(row, words, 4)


SIZE, PARAMS, MACS, FLOPS = size_steps, weight_steps, _first_work, work_steps
SIDE, SIGHT, MEMORY = _side, _sight, _memory


def working(
    rows: Sequence[LayerInfo],
    language: str,
    *steps: _Steps,
    last: Sequence[Step] = (),
    titles: Sequence[str] = (),
) -> Explanation:
    """Explain layers by some of their steps, and end with further ones."""
    words = words_of(language)
    shapes = [f"{row.layer}: {times(row.input_shape)} -> {times(row.output_shape)}" for row in rows]
    sections = []
    for row, title in zip(rows, titles or shapes, strict=True):
        if told := tuple(step for give in steps for step in give(row, words)):
            sections.append(Section(title, told))
    sections += [Section(words["total"], tuple(last))] if last else []
    legend = legend_of(sections, words)
    title = sections[0].title if len(sections) == 1 else word(language, "sheet", "working")
    return Explanation(title=title, sections=tuple(sections), legend=legend, language=language)


def told_once(explanation: Explanation) -> Iterator[tuple[str, list[Step]]]:
    """Go through the sections; what was told before, a formula or a remark, is left out."""
    known: set[str] = set()

    def new(text: str) -> str:
        fresh = text if text not in known else ""
        known.add(text)
        return fresh

    for section in explanation.sections:
        steps = [
            step._replace(formula=new(step.formula), remark=new(step.remark))
            for step in section.steps
        ]
        yield section.title, [step for step in steps if any(step)]


def equation(step: Step) -> str:
    """Write formula and numbers as one line of equal things."""
    return " = ".join(filter(None, (step.formula, step.numbers)))
