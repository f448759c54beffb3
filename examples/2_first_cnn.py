# %% [markdown]
# Made by `python examples/make.py` from `docs/course/2-first-cnn.md`, where the answers to the
# exercises stand; `check` marks yours, and gives a hint first. It asks for digitzoo:
# `python -m pip install .` in a checkout. What it keeps, such as `runs`, it writes into the
# folder that it is started in.

# %%
from pathlib import Path

import matplotlib.pyplot as plt

from digitzoo.classroom import Chapter

check = Chapter(2, language="en").check


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
# # 2. A first convolutional network
#
# The network of chapter 1 knows nothing of neighbours: it reads a digit whose pixels were shuffled as
# well as any other. This chapter builds a layer that looks at small windows of the picture, works it
# out by hand on a real digit, and trains a network with it.
#
# ## A window slides over the picture
#
# Take a table of 3 × 3 numbers, a **kernel**. Lay it on the picture, multiply each of its numbers by
# the pixel below it, and add the nine products up. The sum is one number of the output. Then move
# the kernel by one pixel and do the same again, until it has been everywhere. This is a
# **convolution**.

# %%
import numpy as np

from digitzoo import load_data, scale_pixels

data = load_data("mnist")
digit = scale_pixels(data.test.images[0])[:, :, 0]  # a 7, as 28 x 28 floats

kernel = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
window = digit[20:23, 11:14]

print(f"window:\n{window.round(1)}")
print(f"kernel:\n{kernel}")
print(f"products:\n{(window * kernel).round(1) + 0}")
print("sum:", (window * kernel).sum().round(1))

# %% [markdown]
# The left column of this kernel is negative and the right one positive. So the sum is large where the
# picture gets brighter from left to right, negative where it gets darker, and 0 where nothing
# changes: the kernel finds vertical edges. Here is the whole convolution, and two more kernels:

# %%
def convolve(picture, kernel):
    side = kernel.shape[0]
    rows = picture.shape[0] - side + 1
    columns = picture.shape[1] - side + 1
    output = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            window = picture[row : row + side, column : column + side]
            output[row, column] = (window * kernel).sum()
    return output


kernels = {
    "vertical edges": kernel,
    "horizontal edges": kernel.T,
    "mean of nine pixels": np.full((3, 3), 1 / 9),
}
outputs = {name: convolve(digit, one) for name, one in kernels.items()}
print(digit.shape, "->", outputs["vertical edges"].shape)

# %%
import matplotlib.pyplot as plt

figure, panels = plt.subplots(1, 4, figsize=(10, 3), layout="constrained")
panels[0].imshow(digit, cmap="gray")
panels[0].set_title("the picture")
for panel, (name, output) in zip(panels[1:], outputs.items(), strict=True):
    panel.imshow(output, cmap="RdBu_r", vmin=-3, vmax=3)
    panel.set_title(name)
for panel in panels:
    panel.axis("off")
show("2-01")

# %% [markdown]
# **Exercise 1.** Work out by hand: the kernel 1, 0 / 0, −1 on the picture 3, 1, 0 / 2, 5, 1 / 0, 4, 2.

# %%
answer = ...  # rows of numbers, [[., .], [., .]]
print(check(1, answer))

# %% [markdown]
# **Exercise 2.** What does the kernel for vertical edges give on a picture that is gray all over? And the mean
# of nine pixels?

# %%
answer = ...  # (what the first gives, what the second gives) where each pixel is 0.5
print(check(2, answer))

# %% [markdown]
# In a network nobody chooses the kernels. Their numbers are parameters, and training finds them.
#
# **Convolution, strictly speaking**
#
#
# In mathematics a convolution turns the kernel by 180 degrees first. What networks compute is
# called cross-correlation there. Since the kernel is learned, it makes no difference.
#
# ## The size of the output
#
# A kernel of 3 pixels fits into a row of 28 pixels at 26 places, one of 5 pixels at 24: the size W of
# the input minus the size F of the kernel, plus 1.

# %%
from digitzoo import conv_output_size

print("kernel 3:", 28 - 3 + 1, "by the formula", conv_output_size(28, 3))
print("kernel 5:", 28 - 5 + 1, "by the formula", conv_output_size(28, 5))

# %% [markdown]
# [Chapter 4](../docs/course/4-going-deeper.md) has the formula with steps larger than one and with a border of
# zeros.
#
# **Exercise 3.** Which kernel size turns 28 pixels into 20?

# %%
answer = ...  # a whole number
print(check(3, answer))

# %% [markdown]
# ## A layer of 32 kernels
#
# A **convolutional layer** has many kernels, called **filters**. Each makes an output of its own, a
# **feature map**. To every number of the map the filter's bias is added, and ReLU follows. The first
# layer of this chapter's network has 32 filters of 5 × 5, so a picture of 28 × 28 × 1 becomes
# 24 × 24 × 32.
#
# How many parameters are that? 25 weights and 1 bias for each of the 32 filters. It does not matter
# how large the picture is, since a filter uses the same weights at every place:

# %%
from digitzoo import conv2d_params, dense_params

by_hand = (5 * 5 * 1 + 1) * 32
print("convolution:", by_hand, "by the formula", conv2d_params(1, 32, 5))
as_dense = dense_params(784, 24 * 24 * 32)
print(f"a dense layer with as many outputs: {as_dense:,}")

# %% [markdown]
# This is the main idea. What is an edge at the top left is an edge at the bottom right too, so it has
# to be learned only once.
#
# **Exercise 4.** A colour picture has 32 × 32 pixels and 3 channels. A layer has 32 filters of 5 × 5. What is
# the shape of its output, and how many parameters does it have?

# %%
answer = ...  # ((height, width, channels), parameters)
print(check(4, answer))

# %% [markdown]
# ## Pooling
#
# After the convolution comes a layer without parameters. **Max pooling** divides each map into
# squares of 2 × 2 and keeps the largest number of each. The map has half the height and width after
# it, and a feature that moves by a pixel often stays in the same square.

# %%
corner = np.array([[1, 3, 0, 2], [0, 2, 5, 1], [4, 0, 1, 1], [2, 6, 0, 3]])
squares = corner.reshape(2, 2, 2, 2)  # axes 1 and 3 run inside a square
print(corner)
print("becomes")
print(squares.max(axis=(1, 3)))

# %%
from digitzoo import pool_output_size

print("24 becomes", pool_output_size(24, 2))

# %% [markdown]
# ## The network

# %%
import keras

from digitzoo import simple_cnn, summarize

keras.utils.set_random_seed(0)
model = simple_cnn()
columns = ["layer", "output shape", "params", "MACs"]
print(summarize(model).table(columns))

# %% [markdown]
# Every number of the parameter column can now be worked out:
#
# | layer | what it does | parameters |
# |---|---|---|
# | conv1 | 32 filters of 5 × 5 on 1 channel | 5 × 5 × 1 × 32 + 32 = 832 |
# | pool1 | the largest of each 2 × 2 | 0 |
# | flatten | 12 × 12 × 32 = 4,608 numbers in a line | 0 |
# | dense1 | 128 units, each with 4,608 weights and a bias | 4,608 × 128 + 128 = 589,952 |
# | output | 10 units with 128 weights and a bias | 128 × 10 + 10 = 1,290 |
#
# The column **MACs** counts multiplications with their additions, for one picture. The convolution
# has 832 parameters and 460,800 MACs: each weight is used at 24 × 24 places. `dense1` has 700 times as
# many parameters, and needs little more work.
#
# **All of it, worked out for you**
#
#
# `explain` writes it out for any network, in English or Korean. The lines on receptive field and
# stride are for [chapter 4](../docs/course/4-going-deeper.md#what-one-unit-sees).

# %%
from digitzoo import explain

print(explain("Conv2D", (28, 28, 1), filters=32, kernel_size=5))

# %% [markdown]
# ## Training
#
# To be quick, both this network and the dense one of chapter 1 get 12,000 of the 54,000 training
# pictures.

# %%
from digitzoo import dense_baseline, evaluate, train

part = data.sample(12_000)
run = train(model, part, epochs=5, run_dir="runs/course-2-cnn")

keras.utils.set_random_seed(0)
dense = dense_baseline()
dense_run = train(dense, part, epochs=5, run_dir="runs/course-2-dense")

result = evaluate(model, data.test)
dense_result = evaluate(dense, data.test)
print(f"convolutional: accuracy {result.accuracy:.4f}")
print(f"dense:         accuracy {dense_result.accuracy:.4f}")

# %%
from digitzoo import plot_history

plot_history({"simple_cnn": run, "dense_baseline": dense_run})
show("2-02")

# %% [markdown]
# The convolutional network makes about half as many mistakes. Does the dense one only have too few
# units? Here it is with twice as many, and what each network costs:

# %%
keras.utils.set_random_seed(0)
wide = dense_baseline(units=1024, name="dense_1024")
train(wide, part, epochs=5, run_dir="runs/course-2-wide")
wide_result = evaluate(wide, data.test)

print(f"{'':15}{'parameters':>12}{'MACs':>12}{'mistakes':>10}")
for network, scored in (
    (model, result),
    (dense, dense_result),
    (wide, wide_result),
):
    sums, wrong = summarize(network).totals, len(scored.wrong)
    print(f"{network.name:15}{sums.params:12,}{sums.macs:12,}{wrong:10,}")

# %% [markdown]
# Twice the units do not catch up. What counts is not how many parameters there are, but where they
# look.
#
# ## Digits that moved
#
# All digits of MNIST are centred. What if they are not? We move all test pictures to the right and
# down, and neither network has seen such pictures.
#
# **Predict, then run**
#
#
# A convolution gives the same answer wherever the edge is; a dense layer does not. Write down,
# before you read on: what will be left of each network's accuracy at a shift of 1, 2 and 3
# pixels?

# %%
def moved(split, pixels):
    images = np.roll(split.images, (pixels, pixels), axis=(1, 2))
    return images, split.labels


print("pixels  convolutional  dense")
for pixels in (0, 1, 2, 3):
    pair = moved(data.test, pixels)
    accuracy = evaluate(model, pair).accuracy
    dense_accuracy = evaluate(dense, pair).accuracy
    print(f"{pixels:6}{accuracy:15.3f}{dense_accuracy:7.3f}")

# %% [markdown]
# The convolutional network bears it better, but not well. Its feature maps move along with the digit,
# and pooling swallows a pixel; but behind them stands a dense layer, which has a weight of its own
# for each place. What helps is to train on moved pictures, and [chapter
# 5](../docs/course/5-overfitting.md#moved-pictures) does that.
#
# ## On all the data
#
# Trained on all pictures, moved ones, for longer, the same network gets much further:

# %%
from digitzoo import plot_misclassified

trained = simple_cnn(weights="mnist")
best = evaluate(trained, data.test)
plot_misclassified(best, data.test, 10)
show("2-03")

# %%
print(best)

# %% [markdown]
# [Results](../docs/results/index.md) compares all networks of the zoo.
#
# ## What to keep
#
# - A kernel slides over the picture; each number of the output is a sum of products with a window.
# - The output of a kernel of F pixels on W pixels has W − F + 1 pixels.
# - A filter has the same weights at every place: few parameters, much work.
# - Max pooling keeps the largest number of each square, and has no parameters.
#
# ## Exercises
#
# **Exercise 5.** `dense1` has 589,952 of the 592,074 parameters. How many does it have left if a second pooling
# of 2 × 2 is put before it?

# %%
answer = ...  # a whole number
print(check(5, answer))

# %% [markdown]
# **Exercise 6.** Twice as many filters, 64 instead of 32: does the network then have twice as many parameters?

# %%
answer = ...  # how many parameters it then has
print(check(6, answer))
