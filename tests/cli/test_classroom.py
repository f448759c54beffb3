"""`digitzoo worksheet` and `quiz`."""

import io
import re
import subprocess
import sys

import pytest

from digitzoo import worksheet
from digitzoo.classroom import list_topics
from digitzoo.classroom.problem import written


@pytest.fixture
def answer(run, monkeypatch, capsys):
    """Run a quiz with lines typed to it; gives its code and what it says."""

    def typed(lines, *words):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        code = run("quiz", *words)
        return code, capsys.readouterr().out

    return typed


def test_a_sheet_is_printed(run, capsys):
    assert run("worksheet", "macs", "kernel", "--count", 4, "--seed", 3, "--level", "hard") == 0
    sheet = worksheet(["macs", "kernel"], count=4, seed=3, level="hard")
    assert capsys.readouterr().out.strip() == str(sheet).strip()
    assert run("worksheet", "macs", "--language", "ko", "--no-answers") == 0
    out = capsys.readouterr().out
    assert "곱셈-누산" in out
    assert "풀이" not in out


def test_a_sheet_is_written_and_thirty_are(run, capsys, tmp_path):
    assert run("worksheet", "--count", 9, "--output", tmp_path / "sheet.html") == 0
    assert capsys.readouterr().out == f"Written to {tmp_path / 'sheet.html'}\n"
    assert run("worksheet", "--seed", "1-30", "--count", 2, "--output", tmp_path / "class.xml") == 0
    assert re.search(
        r"Written 30 sheets: \S+class-1.xml to \S+class-30.xml", capsys.readouterr().out
    )
    assert len({file.read_bytes() for file in tmp_path.glob("class-*.xml")}) == 30


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["mac"], "Unknown topic 'mac'. Did you mean 'macs'?"),
        (["--seed", "3-1"], "A range goes upwards, over at most 1,000 seeds. Received '3-1'."),
        (["--seed", "one"], "Expected a seed, 7, or a range, 1-30. Received 'one'."),
        (["--seed", "-1"], "Expected a seed, 7, or a range, 1-30. Received '-1'."),
        (["--count", "0"], "'--count': it must be a whole number of 1 or above. Received 0."),
        (["--level", "mean"], "There is: easy, hard, medium."),
        (["memory", "--count", "200"], "Use --count 40, or more topics."),
        (["--output", "sheet.doc"], "The suffix says the format, one of .html, .md"),
        (["--output", "missing/sheet.md"], "there is no folder missing"),
        (["--output", "sheet.gift", "--no-answers"], "needs the answers"),
    ],
)
def test_what_cannot_work_is_one_line(run, words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("worksheet", *words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_quiz_marks_and_shows_what_was_wrong(answer):
    words = ["--seed=5", "--count=9"]
    problems = worksheet(count=9, seed=5).problems
    lines = [written(problem.answer) for problem in problems]
    code, out = answer(lines, *words)
    assert code == 0
    assert "9 of 9 right." in out
    assert "To look at again" not in out
    lines[1:3] = [str(problems[1].mistakes[0].answer), ""]
    code, out = answer(lines, *words)
    assert code == 0
    assert f"No: {problems[1].mistakes[0].why}. It is {written(problems[1].answer)}." in (
        " ".join(out.split())
    )
    assert problems[1].working.sections[0].steps[-1].numbers in out
    assert "7 of 9 right. To look at again: Parameters, A network's table." in out


def test_a_question_mark_gives_a_hint_and_asks_again(answer):
    problem = worksheet("parameters", count=1, seed=2).problems[0]
    code, out = answer(["?", str(problem.answer)], "parameters", "--seed=2", "--count=1")
    assert code == 0
    assert f"Hint: {problem.hint}" in " ".join(out.split())
    assert "1 of 1 right." in out


def test_letters_choose(answer):
    problem = worksheet("macs", count=1, seed=2, choices=True).problems[0]
    letter = "abcd"[problem.options.index(problem.answer)]
    for typed in (letter, f"{letter.upper()})", str(problem.answer)):
        _, out = answer([typed], "macs", "--seed=2", "--count=1", "--choices")
        assert "1 of 1 right." in out
        assert f"{letter.upper()}) {written(problem.answer)}" in out


@pytest.mark.parametrize(
    ("topic", "level", "words"),
    [("macs", "easy", "Type a number, such as 1,290."),
     ("output_size", "medium", "Type a shape, such as 24 x 24 x 8."),
     ("kernel", "medium", "Type one of A, B")],
)  # fmt: skip
@pytest.mark.parametrize("typed", ["x", "가", "E", "9" * 5000])
def test_what_cannot_be_read_is_asked_again(answer, topic, level, words, typed):
    options = ["--seed=2", "--count=1", "--level", level]
    right = written(worksheet(topic, count=1, seed=2, level=level).problems[0].answer)
    _, out = answer([typed, right], topic, *options)
    assert words in out
    assert "1 of 1 right." in out


def test_a_choice_asks_for_a_letter_not_for_its_unit(answer):
    words = ["memory", "--seed=2", "--count=1", "--choices"]
    _, out = answer(["E", "999 x", "?", ""], *words)
    assert "Answer:" in out
    assert "Answer (B)" not in out
    assert out.count("Type one of A, B, C, D.") == 2
    assert "Answer (B):" in answer([""], *words[:-1])[1]


def test_an_end_in_the_middle_is_kind(answer, run, monkeypatch, capsys):
    code, out = answer([], "--count=3")
    assert code == 0
    assert "Nothing was answered." in out
    command = re.search(r"The same problems again: digitzoo (.*)", out)[1]
    assert re.fullmatch(r"quiz --seed=\d+ --count=3 --level=easy --language=en", command)
    code, out = answer(["x", "1"], "--seed=1", "--language=ko")
    assert code == 0
    assert "1문제 가운데 0문제를 맞혔습니다." in out

    class Interrupted(io.StringIO):
        def readline(self, _=-1):
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Interrupted())
    assert run("quiz", "--seed=1") == 0
    assert "Nothing was answered." in capsys.readouterr().out


@pytest.mark.parametrize("typed", [b"", b"24\n\xff\xfe\n"])
def test_it_works_when_piped(typed):
    program = [sys.executable, "-c", "from digitzoo.cli import main; main()", "quiz", "--count=3"]
    done = subprocess.run(program, input=typed, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (b"0 of 1 right." if typed else b"Nothing was answered.") in done.stdout


def test_the_topics_are_in_the_help(run, capsys):
    for command in ("worksheet", "quiz"):
        assert run(command, "--help") == 0
        words = " ".join(capsys.readouterr().out.split())
        assert all(topic in words for topic in list_topics())
