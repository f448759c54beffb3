"""A data set: images to train on, to choose by and to test with."""

from dataclasses import dataclass, replace

from digitzoo.checks import check_number, check_text, check_whole
from digitzoo.data.split import Split
from digitzoo.errors import ArgumentTypeError, InvalidArgumentError, ShapeError, shown


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images to train on, to choose by, and to test with.

    Attributes:
        train: What a model learns from.
        validation: What a training run is watched by, taken out of train; None if there is none.
        test: What only `evaluate` looks at; None if there is none.
        name: What reports call it.

    >>> import numpy as np
    >>> split = Split(np.zeros((10, 28, 28, 1), dtype=np.uint8), np.arange(10) % 2, ("a", "b"))
    >>> Dataset.from_split(split, validation=0.2)
    <Dataset 'data'
      train: 8 images of 28 x 28 x 1, uint8, 2 classes
      validation: 2 images of 28 x 28 x 1, uint8, 2 classes
      test: none>
    """

    train: Split
    validation: Split | None = None
    test: Split | None = None
    name: str = "data"

    def __post_init__(self) -> None:
        check_text("name", self.name)
        for part in ("train", "validation", "test"):
            split = getattr(self, part)
            if not isinstance(split, Split) and (part == "train" or split is not None):
                raise ArgumentTypeError(
                    f"The {part} part of a Dataset is a Split. Received {shown(split)}. "
                    f"Split(images, labels) makes one, and .load() one of what is in files."
                )
            if split is None:
                continue
            shape, names = split.images.shape[1:], split.class_names
            if shape != self.train.images.shape[1:]:
                raise ShapeError(
                    f"All parts of a data set have images of one shape. Received "
                    f"{self.train.images.shape[1:]} to train on and {shape} for {part}."
                )
            if names != self.class_names and set(names) == set(self.class_names):
                raise InvalidArgumentError(
                    f"All parts of a data set name the classes in one order. Received "
                    f"{shown(self.class_names)} to train on and {shown(names)} for {part}. "
                    f"Give both the same class_names."
                )

    @classmethod
    def from_split(
        cls,
        split: Split,
        *,
        test: Split | None = None,
        validation: float = 0.1,
        seed: int = 0,
        name: str = "data",
    ) -> "Dataset":
        """Make a data set of one split, by taking a stratified validation part out of it.

        Args:
            split: All images that may be learnt from.
            test: Images that may not.
            validation: The fraction to take out; 0 takes none.
            seed: Another seed takes out other images.
            name: What reports call it.

        Raises:
            InvalidArgumentError: If the fraction leaves one of the parts empty.
        """
        data = cls(split, None, test, name)
        check_whole("seed", seed, at_least=0)
        if check_number("validation", validation) == 0:
            return data
        train, held_out = split.divide(validation, seed=seed)
        return replace(data, train=train, validation=held_out)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The name of each class, in the order of the labels."""
        return self.train.class_names

    def sample(self, size: int, *, seed: int = 0) -> "Dataset":
        """Draw a small stratified data set, for a quick try or a test.

        Args:
            size: How many images to train on. Validation and test shrink in proportion.
            seed: Another seed draws other images.

        Raises:
            InvalidArgumentError: If there are fewer images.
        """
        train = self.train.sample(size, seed=seed)
        share = size / len(self.train)

        def shrink(part: Split | None) -> Split | None:
            return None if part is None else part.sample(round(share * len(part)), seed=seed)

        return replace(
            self, train=train, validation=shrink(self.validation), test=shrink(self.test)
        )

    def __repr__(self) -> str:
        lines = [f"<Dataset {self.name!r}"]
        for part in ("train", "validation", "test"):
            split = getattr(self, part)
            lines.append(f"  {part}: {'none' if split is None else repr(split)[8:-1]}")
        return "\n".join(lines) + ">"
