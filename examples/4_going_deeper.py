# %% [markdown]
# Made by `python examples/make.py` from `docs/course/4-going-deeper.md`, where the answers to the
# exercises stand; `check` marks yours, and gives a hint first. It asks for digitzoo:
# `python -m pip install .` in a checkout. What it keeps, such as `runs`, it writes into the
# folder that it is started in.

# %%
from pathlib import Path

import matplotlib.pyplot as plt

from digitzoo.classroom import Chapter

check = Chapter(4, language="en").check


def show(name, diagram=None):
    """Show the picture; where there is no display, write it to the folder pictures."""
    if "inline" in plt.get_backend() and diagram is not None:
        display(diagram)  # a notebook's own function
    elif plt.get_backend().lower() != "agg" and diagram is None:
        plt.show()
    else:
        path = Path("pictures", f"{name}.png")
        path.parent.mkdir(exist_ok=True)
        if diagram is None:
            plt.savefig(path, bbox_inches="tight")
            plt.close()
        else:
            diagram.save(path)
        print(f"picture: {path}")

# %% [markdown]
# # 4. Going deeper
#
# This chapter takes the largest network of the zoo, works out each of its numbers by formula, and then
# enters a competition with it: from a CSV file of digits to a file of answers.
#
# ## The network
#
# `deep_cnn` has two blocks, each of two convolutions and a pooling, and three dense layers behind
# them:

# %%
from digitzoo import summarize

columns = ["layer", "output shape", "params", "MACs", "field", "stride"]
print(summarize("deep_cnn").table(columns))

# %% [markdown]
# At the end of the chapter you can work out every number of this table on paper.
#
# ## Larger steps
#
# So far a kernel moved by one pixel at a time. The step is called **stride**, S. With S = 2 every
# second place is left out, and the output has about half the size. Of the W − F + 1 places, those
# remain that S reaches from the first one:
#
# (W − F) / S + 1

# %%
from digitzoo import conv_output_size

print("W = 7, F = 3, S = 1:", conv_output_size(7, 3, strides=1))
print("W = 7, F = 3, S = 2:", conv_output_size(7, 3, strides=2))
print("W = 8, F = 3, S = 2:", conv_output_size(8, 3, strides=2))

# %% [markdown]
# For W = 8 the division gives 5 / 2 + 1 = 3.5. There is no half place: Keras rounds down, and the last
# column of the picture is never looked at. Textbooks often forbid such a stride. `strict=True` does
# so, too:

# %%
import textwrap

from digitzoo import DigitzooError

try:
    conv_output_size(8, 3, strides=2, strict=True)
except DigitzooError as error:
    print(textwrap.fill(str(error), 76))

# %% [markdown]
# **Exercise 1.** A picture of 227 × 227 goes through a convolution of 11 × 11 with stride 4 and no padding. How
# large is the output?

# %%
answer = ...  # the side of the output
print(check(1, answer))

# %% [markdown]
# ## The border: valid and same
#
# Each 3 × 3 convolution takes two rows and two columns away, and pixels at the edge are seen by fewer
# windows than those in the middle. A border of zeros helps, the **padding**. With P zeros on each
# side the input has W + 2P pixels, and the formula becomes
#
# (W − F + 2P) / S + 1
#
# Keras names two kinds: `valid` is no padding, so that all windows lie within the picture. `same`
# puts as many zeros around it as it takes for the output to be as large as the input, at a stride of
# 1. For an odd kernel that is P = (F − 1) / 2.

# %%
from digitzoo.formulas import same_padding

same = conv_output_size(28, 3, padding="same")
print("valid:", conv_output_size(28, 3), "  same:", same)
for kernel_size in (2, 3, 5):
    (before, after), _ = same_padding((28, 28), kernel_size)
    print(f"kernel {kernel_size}: {before} before and {after} after")

# %% [markdown]
# An even kernel needs an odd number of zeros. Keras puts the extra one after the picture, at the
# right and at the bottom. [Formulas](../docs/formulas/index.md) has all corner cases.
#
# **Exercise 2.** How many zeros on each side does a kernel of 7 × 7 need so that 28 × 28 stays 28 × 28?

# %%
answer = ...  # zeros on each side
print(check(2, answer))

# %% [markdown]
# ## Depth and parameters
#
# The depth of the output is the number of filters, K. Each filter reaches through the whole depth D of
# its input, so it has F × F × D weights and one bias:
#
# (F × F × D + 1) × K

# %%
from digitzoo import conv2d_params

for name, depth, filters in (
    ("conv1", 1, 32),
    ("conv2", 32, 32),
    ("conv3", 32, 64),
    ("conv4", 64, 64),
):
    by_hand = (3 * 3 * depth + 1) * filters
    print(name, by_hand, "by the formula", conv2d_params(depth, filters, 3))

# %% [markdown]
# **Exercise 3.** Work out all parameters of `deep_cnn`: four convolutions, then dense layers of 256, 256 and 10
# units behind a flattened 7 × 7 × 64.

# %%
answer = ...  # all parameters
print(check(3, answer))

# %% [markdown]
# ## Pooling
#
# A pooling is a window, too, whose stride is as large as itself unless you say otherwise. So its
# formula is (W − F) / S + 1 again. Where the windows do not fit, `valid` drops the rest and `same`
# keeps it, with a border:

# %%
from digitzoo import pool_output_size

for size in (28, 14, 7):
    valid = pool_output_size(size, 2, padding="valid")
    same = pool_output_size(size, 2, padding="same")
    print(f"{size}: valid {valid}, same {same}")

# %% [markdown]
# The depth stays as it is, and there are no parameters.
#
# **Exercise 4.** Pooling 2 × 2 with `valid` and with `same`, three times one after the other: what becomes of 28?

# %%
answer = ...  # (what is left with valid, with same) after the third
print(check(4, answer))

# %% [markdown]
# ## What one unit sees
#
# A unit of the first convolution sees 3 × 3 pixels. A unit of the second sees 3 × 3 units of the
# first, which together see 5 × 5 pixels. This is its **receptive field**. Each layer adds F − 1 steps,
# and a step is as many pixels as all strides before it, multiplied:

# %%
field, step = 1, 1
for name, size, stride in (
    ("conv1", 3, 1),
    ("conv2", 3, 1),
    ("pool1", 2, 2),
    ("conv3", 3, 1),
    ("conv4", 3, 1),
    ("pool2", 2, 2),
):
    field = field + (size - 1) * step
    step = step * stride
    print(f"{name}: sees {field} x {field}, neighbours are {step} apart")

# %% [markdown]
# The same numbers stand in the columns *field* and *stride* of the table above. On a digit:

# %%
from digitzoo import load_data, plot_receptive_field

data = load_data("mnist")
plot_receptive_field("deep_cnn", data.test.images[0])
show("4-01")

# %% [markdown]
# Two convolutions of 3 × 3 see as much as one of 5 × 5. They need fewer weights, and have two ReLUs
# instead of one. That is why deep networks stack small kernels:

# %%
print("one of 5 x 5:", f"{conv2d_params(32, 32, 5):,}")
print("two of 3 x 3:", f"{2 * conv2d_params(32, 32, 3):,}")

# %% [markdown]
# **Exercise 5.** How many convolutions of 3 × 3, one after the other without pooling, does it take until one
# unit sees all 28 pixels of a row?

# %%
answer = ...  # how many convolutions
print(check(5, answer))

# %% [markdown]
# ## Multiplications
#
# At each of its O × O places, each of the K filters multiplies F × F × D numbers:
#
# O × O × F × F × D × K

# %%
from digitzoo import conv2d_macs

total = summarize("deep_cnn").totals.macs
for name, shape, filters in (
    ("conv1", (28, 28, 1), 32),
    ("conv2", (28, 28, 32), 32),
    ("conv3", (14, 14, 32), 64),
    ("conv4", (14, 14, 64), 64),
):
    macs = conv2d_macs(shape, filters, 3, padding="same")
    print(f"{name}: {macs:10,} MACs, {macs / total:.0%} of all")

# %% [markdown]
# The four convolutions have 7 % of the parameters and do nearly all of the work. `explain("deep_cnn")`
# writes out all layers in this way.
#
# **Exercise 6.** A stride of 2 in `conv2` instead of the pooling behind it: how many MACs does `conv2` save?

# %%
answer = ...  # how many fewer
print(check(6, answer))

# %% [markdown]
# ## A competition in CSV files
#
# In many competitions the pictures come as tables: a row for each picture, a column for each of its
# 784 pixels, an index and, in the training file, the label. Let us make such files, with 2,000 and
# 1,000 pictures; the real ones have 60,000 and 10,000.

# %%
from pathlib import Path

import numpy as np


def write_csv(path, split, *, with_labels):
    columns = {"index": np.arange(len(split))}
    if with_labels:
        columns["label"] = split.labels
    pixels = split.images.reshape(len(split), 784)
    columns |= {f"pixel{n}": pixels[:, n] for n in range(784)}
    np.savetxt(
        path,
        np.column_stack(list(columns.values())),
        fmt="%d",
        delimiter=",",
        header=",".join(columns),
        comments="",
    )


write_csv("train.csv", data.train[:2000], with_labels=True)
write_csv("test.csv", data.test[:1000], with_labels=False)
with Path("train.csv").open() as file:
    print(file.readline()[:45], "...")
    print(file.readline()[:45], "...")

# %% [markdown]
# `read_csv` needs to know which column holds the label, and which are no pixels:

# %%
from digitzoo import Dataset, read_csv

labelled = read_csv("train.csv", label_column="label", ignore="index")
unknown = read_csv("test.csv", label_column=None, ignore="index")
digits = Dataset.from_split(labelled, validation=0.1)
print("train:     ", digits.train)
print("validation:", digits.validation)
print("to predict:", unknown)

# %% [markdown]
# In a competition nobody gives you the test labels, and your place in the ranking is measured by them.
# The validation part, held out of `train.csv`, is all you have to choose by.
#
# ## Where the slopes come from
#
# Gradient descent needs a slope for each weight: how much the loss moves when this weight moves a
# little. One could nudge each weight in turn and compute the loss anew, 936,426 times for one step.
# **Backpropagation** finds all slopes by going through the network twice, once forward and once back.
# It rests on one rule: where one step follows another, their slopes multiply. Here is the smallest
# network that shows it, an input x = 2, a unit with ReLU, an output y, and the loss (*y* − 1)²:

# %% [markdown]
# Forward, in blue: each box computes its value from the one before and keeps it. Back, in orange:
# each slope is the one behind it times the box's own. The square's own slope is 2 (*y* − 1);
# that of a product is the other factor; that of ReLU is 1 if its sum was positive, else 0. So the
# loss moves 24 times as far as `w1`. In a network slopes that arrive on several ways are added, and
# that is all. The way back takes about twice the work of the way forward, however many weights there
# are. What it gives is true only for a small step; and a slope of 0, behind a ReLU that is shut,
# teaches nothing.

# %%
x, w1, w2 = 2.0, 0.5, 3.0
total = w1 * x
passed = max(0.0, total)  # ReLU
y = w2 * passed
loss = (y - 1) ** 2

slope_y = 2 * (y - 1)
slope_w2 = slope_y * passed
slope_passed = slope_y * w2
slope_w1 = slope_passed * (total > 0) * x
print("loss:", loss, "  slope of w1:", slope_w1, "  of w2:", slope_w2)

nudged = (w2 * max(0.0, (w1 + 1e-6) * x) - 1) ** 2
print("w1, by a nudge:", round((nudged - loss) / 1e-6, 3))

# %% [markdown]
# ## Adam and SGD
#
# Which optimizer? SGD is the gradient descent of chapter 1: slope times learning rate. Adam also
# remembers the slopes of the steps before, and gives each parameter a step of its own. The same
# network from the same random numbers, three epochs of each:

# %%
import keras

from digitzoo import deep_cnn, train

runs = {}
for optimizer in ("sgd", "adam"):
    keras.utils.set_random_seed(0)
    model = deep_cnn()
    runs[optimizer] = train(
        model,
        digits,
        epochs=3,
        optimizer=optimizer,
        run_dir=f"runs/course-4-{optimizer}",
    )
    accuracy = runs[optimizer].history["val_accuracy"][-1]
    print(f"{optimizer}: validation accuracy {accuracy:.3f}")

# %%
from digitzoo import plot_history

plot_history(runs)
show("4-02")

# %% [markdown]
# SGD at its default learning rate has hardly begun. It gets there as well, with more epochs or a
# better learning rate; Adam is less particular about it.
#
# ## The submission

# %%
from digitzoo import predict

answers = predict(runs["adam"].model, unknown).label
np.savetxt(
    "submission.csv",
    np.column_stack([np.arange(len(answers)), answers]),
    fmt="%d",
    delimiter=",",
    header="index,label",
    comments="",
)
print("\n".join(Path("submission.csv").read_text().splitlines()[:4]))
right = (answers == data.test.labels[:1000]).mean()
print(f"right in truth: {right:.1%}")

# %% [markdown]
# The last line is what only the organisers can compute. For 1,800 pictures and three epochs it is not
# bad. On the command line the same takes two commands:
#
# ```
# digitzoo train deep_cnn --csv train.csv --label-column label --ignore index
# digitzoo predict runs/deep_cnn-train-1 test.csv --output submission.csv
# ```
#
# ## Deeper still
#
# On the way back slopes are multiplied layer by layer, so that in a deep network they can shrink to
# nothing or grow beyond measure. Two inventions keep them in bounds. **Batch normalization** takes
# each channel's mean over the batch away and divides by its spread; two learned numbers then choose
# the middle and the spread that suit the next layer:

# %%
values = np.array([2.0, 4.0, 6.0, 8.0])  # of one channel
print(((values - values.mean()) / values.std()).round(2))

# %% [markdown]
# A **shortcut** adds what goes into a layer to what comes out of it, so that a slope has a way around.
# `batchnorm_cnn` has the first, `small_resnet` both. Instead of a wide dense layer they take the mean
# of each map at the end. Here they are beside `deep_cnn`, each with the weights that digitzoo brings,
# trained on all the data, with moved pictures:

# %%
from digitzoo import batchnorm_cnn, evaluate, load_recipe, small_resnet

print(f"{'':15}{'parameters':>12}{'epochs':>8}{'mistakes':>10}")
for build in (deep_cnn, batchnorm_cnn, small_resnet):
    network = build(weights="mnist")
    wrong = len(evaluate(network, data.test).wrong)
    epochs = load_recipe(build.__name__, dataset="mnist").epochs
    print(
        f"{network.name:15}{network.count_params():12,}{epochs:8}{wrong:10}"
    )

# %% [markdown]
# With a hundredth of the parameters `batchnorm_cnn` comes near, and `small_resnet` is level after far
# fewer epochs. [Normalization, shortcuts, global pooling](../docs/formulas/shortcuts.md) works all of it out.
#
# ## What to keep
#
# - Output size: (W − F + 2P) / S + 1, rounded down. Depth: the number of filters K.
# - `valid` has no border; `same` keeps the size at stride 1.
# - Parameters: (F × F × D + 1) × K. MACs: O × O × F × F × D × K.
# - The receptive field grows by (F − 1) × step with each layer.
# - Backpropagation: slopes multiply along the way back, and are added where ways meet.
#
# ## Exercises
#
# **Exercise 7.** In the chain above, let `w1` be −0.5 instead of 0.5. Which slopes do the two weights get,
# and what will training change?

# %%
answer = ...  # (slope of w1, slope of w2)
print(check(7, answer))
