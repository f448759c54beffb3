# %% [markdown]
# Made by `python examples/make.py` from `docs/course/1-first-network.md`, where the answers to the
# exercises stand; `check` marks yours, and gives a hint first. It asks for digitzoo:
# `python -m pip install .` in a checkout. What it keeps, such as `runs`, it writes into the
# folder that it is started in.

# %%
from pathlib import Path

import matplotlib.pyplot as plt

from digitzoo.classroom import Chapter

check = Chapter(1, language="en").check


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
# # 1. A first network
#
# This chapter trains a network that reads handwritten digits, and looks at each step between the
# picture and the answer. It asks for Python and a little NumPy, and for nothing about machine
# learning. The training takes some seconds.
#
# ## The task
#
# The input is a picture of 28 × 28 gray pixels with one handwritten digit. The output says which of
# the ten digits it is.
#
# To write rules for that is hard: where does a 4 end and a 9 begin? So we write none. We take many
# pictures whose digit is known, and a formula with many adjustable numbers. Then we turn the numbers,
# a little at a time, until the formula gives the right digit for most of the pictures. The formula is
# the **network**, the adjustable numbers are its **parameters**, and the turning is called
# **training**.
#
# ## The data
#
# MNIST is a collection of 70,000 such pictures. Each comes with its digit, the **label**.

# %%
from digitzoo import load_data

data = load_data("mnist")
print("train     ", data.train)
print("validation", data.validation)
print("test      ", data.test)

# %% [markdown]
# The pictures are split into three parts, and each has one purpose:
#
# | part | purpose | at school |
# |---|---|---|
# | train | the network learns from it | the exercise book |
# | validation | we watch it while training, and choose by it | the mock exam |
# | test | we look at it once, at the end | the exam |
#
# An exam tells something only if its questions were not practised. If we chose the best of many
# networks by the test part, its result would look better than it is.
#
# Ten of the training pictures, drawn at random, with their position and their label:

# %%
from digitzoo import plot_samples

plot_samples(data.train, 10)
show("1-01")

# %% [markdown]
# ## A picture is numbers
#
# For the computer a picture is a table of whole numbers. 0 is black, 255 is white, and between them
# lie the grays.

# %%
image, label = data.test[0]
print("shape: ", image.shape)
print("type:  ", image.dtype)
print("values:", image.min(), "to", image.max())
print("label: ", label)

# %% [markdown]
# The shape says 28 rows, 28 columns and 1 channel; a colour picture would have 3. `uint8` is a whole
# number of 8 bits, and 8 bits can tell 2⁸ = 256 values apart: 0 to 255.

# %%
from digitzoo import plot_pixels

plot_pixels(image)
show("1-02")

# %% [markdown]
# ## Scaling the pixels
#
# A network computes with real numbers, and learns best when its inputs are small. So each pixel is
# divided by 255; black stays 0 and white becomes 1.

# %%
from digitzoo import scale_pixels

scaled = scale_pixels(image)
print("before:", image[7, 4:12, 0])
print("after: ", scaled[7, 4:12, 0].round(2))

# %% [markdown]
# `train`, `predict` and `evaluate` do this by themselves, batch by batch, so the data can stay as
# they are: a pixel takes one byte as `uint8` and four as a 32-bit float. What happens without
# scaling is measured in [chapter 5](../docs/course/5-overfitting.md#pixels-that-were-not-scaled).
#
# **Exercise 1.** A colour picture of 32 × 32 pixels has 3 channels: red, green and blue. How many
# numbers are in it, and how many bytes do they take as `uint8`, and as 32-bit floats?

# %%
answer = ...  # (numbers, bytes as uint8, bytes as floats)
print(check(1, answer))

# %% [markdown]
# ## Labels as rows
#
# The network will have ten outputs, one for each digit. So the right answer, too, is written as ten
# numbers: a 1 at the place of the digit and 0 elsewhere. This is called **one-hot**.

# %%
from digitzoo import one_hot

print("labels:", data.train.labels[:3])
print(one_hot(data.train.labels[:3], num_classes=10).astype(int))

# %% [markdown]
# Why not one output that gives the number itself? Because digits are names here, not amounts. To take
# an 8 for a 9 is no smaller mistake than to take it for a 1, and what is halfway between a 3 and a 5
# does not look like a 4.
#
# ## The network

# %%
import keras

from digitzoo import dense_baseline, summarize

keras.utils.set_random_seed(0)
model = dense_baseline()
print(summarize(model).table(["layer", "output shape", "params"]))

# %% [markdown]
# The parameters begin as random numbers; `set_random_seed` makes them the same random numbers each
# time. Read the table from the top down:
#
# - **flatten** lays the 28 rows of the picture end to end: 28 × 28 = 784 numbers in one line.
# - **dense1** has 512 **units**. Each unit multiplies every one of the 784 numbers by a **weight**
#   of its own, adds them up and adds one more number, its **bias**. Every unit is connected to
#   every input: this is a **dense layer**. Another name is *fully connected*.
# - **output** is dense too, with one unit for each digit.
#
# Now the column of parameters can be worked out. Each unit of `dense1` has 784 weights and 1 bias:

# %%
from digitzoo import dense_params

print("dense1:", 784 * 512 + 512, "by the formula", dense_params(784, 512))
print("output:", 512 * 10 + 10, "by the formula", dense_params(512, 10))
print("total: ", dense_params(784, 512) + dense_params(512, 10))

# %% [markdown]
# **Exercise 2.** A network has 784 inputs, one hidden layer of 100 units and 10 outputs. How many parameters
# does it have?

# %%
answer = ...  # a whole number
print(check(2, answer))

# %% [markdown]
# Two functions are still missing. They are called **activations**, because they decide what a unit
# passes on:
#
# - **ReLU**, after the first layer: a negative sum becomes 0, a positive one stays as it is.
# - **Softmax**, after the last layer: it turns any ten numbers into ten positive numbers whose sum
#   is 1, so that they can be read as probabilities. The largest stays the largest.
#
# That is all of it. The network fits in four lines of NumPy:

# %%
import numpy as np

from digitzoo import predict

# kernels: (784, 512) and (512, 10); biases: (512,) and (10,)
kernel1, bias1 = model.get_layer("dense1").get_weights()
kernel2, bias2 = model.get_layer("output").get_weights()

pixels = scaled.reshape(784)  # flatten
hidden = np.maximum(0, pixels @ kernel1 + bias1)  # dense1 with ReLU
scores = hidden @ kernel2 + bias2  # output, before its softmax
probabilities = np.exp(scores) / np.exp(scores).sum()  # softmax

print("ours: ", probabilities.round(3))
print("Keras:", predict(model, image).probabilities[0].round(3))

# %% [markdown]
# The network has learned nothing yet, so its ten probabilities are much alike.
#
# ## The loss
#
# To improve, the network needs a number that says how wrong it is. This number is the **loss**. Only
# one probability counts: the one that the network gave to the right digit, p. The loss is −ln p and
# is called **cross-entropy**.

# %%
for p in (1.0, 0.9, 0.5, 0.1, 0.01):
    print(f"right digit at {p:4.0%}: loss {-np.log(p) + 0.0:.3f}")

# %% [markdown]
# If the network is sure and right, the loss is 0. If it is sure and wrong, the loss is large, and
# grows without bound. One who guesses among ten digits gives each 10 % and has a loss of
# ln 10 = 2.303. The untrained network is near that:

# %%
from digitzoo import evaluate

print(evaluate(model, data.validation))

# %% [markdown]
# **Exercise 3.** Of ten pictures, network A gives the right digit 60 % each time. Network B gives it 99 % on
# nine of them, and 1 % on the tenth. Which has the better accuracy, and which the smaller loss?

# %%
answer = ...  # ("A" or "B" for the better accuracy, "A" or "B" for the smaller loss)
print(check(3, answer))

# %% [markdown]
# ## How it learns
#
# Take a network with a single parameter *w*, and a loss of (*w* − 3)². The loss is smallest at
# *w* = 3, but suppose we cannot see that. What we can work out is the slope of the loss where we
# stand. If it rises to the right, we go left; the steeper it is, the larger the step.

# %%
w = 0.0
learning_rate = 0.3
for step in range(1, 6):
    slope = 2 * (w - 3)  # of the loss (w - 3)²
    w = w - learning_rate * slope
    print(f"step {step}: w = {w:.3f}, loss {(w - 3) ** 2:.4f}")

# %% [markdown]
# This is **gradient descent**. The network does the same with all of its 407,050 parameters at once;
# Keras works out the slope for each ([chapter 4](../docs/course/4-going-deeper.md#where-the-slopes-come-from) shows
# how). The words that belong to it:
#
# - A **batch** is the pictures whose mean loss decides one step, here 128 of them.
# - An **epoch** is one pass through all training pictures: 54,000 / 128, so 422 steps.
# - The **learning rate** is the factor in front of the slope. If it is too small, learning takes
#   forever; if it is too large, each step goes too far.
# - The **optimizer** is the rule for the step. RMSprop and Adam also choose a fitting step size for
#   each parameter by itself.
#
# **Exercise 4.** An epoch of 54,000 pictures in batches of 128 has 422 steps. How many pictures are in the
# last batch?

# %%
answer = ...  # a whole number
print(check(4, answer))

# %% [markdown]
# ## Training

# %%
from digitzoo import train

run = train(
    model, data, epochs=5, optimizer="rmsprop", run_dir="runs/course-1"
)
for epoch in range(run.epochs):
    row = {name: values[epoch] for name, values in run.history.items()}
    print(
        f"epoch {epoch + 1}: loss {row['loss']:.3f}, "
        f"accuracy {row['accuracy']:.4f}, "
        f"validation accuracy {row['val_accuracy']:.4f}"
    )

# %% [markdown]
# The **accuracy** is the part of the pictures whose most probable digit is the right one.
# `run_dir` is a folder in which the run is kept. The same call again finds it finished, and comes
# back at once.

# %%
from digitzoo import plot_history

plot_history(run)
show("1-03")

# %% [markdown]
# The training loss goes down epoch by epoch: the network does better and better on the pictures that
# it learns from. What we want to know is the other curve, on pictures that it does not learn from.
#
# In the first epochs the validation curve is ahead. That is because the training numbers are means
# over a whole epoch, in which the network was still getting better, while validation is measured at
# the end of the epoch. In the last epochs it falls behind: the network does better on the pictures
# that it learned from than on new ones. This is called **overfitting**. A part of what it learned is
# true of these 54,000 pictures, and not of digits. [Chapter 5](../docs/course/5-overfitting.md) is about it.
#
# **The same in Keras alone**
#
#
# `train` calls Keras's own `compile` and `fit`. Without digitzoo the training reads like this,
# here for one epoch on a ninth of the data. The loss is the cross-entropy; `sparse` says that
# the labels are whole numbers and not yet one-hot rows. `train` chooses the one that fits.

# %%
plain = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
plain.compile(
    optimizer="rmsprop",
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
few = data.train[:6000]
plain.fit(few.images / 255, few.labels, batch_size=128, epochs=1, verbose=0)
print("parameters:", plain.count_params())

# %% [markdown]
# ## The exam
#
# Now the test part, which had no part in any of this:

# %%
result = evaluate(model, data.test)
print(result)

# %% [markdown]
# The 10,000 test pictures are a sample. The *true* accuracy would be that on all digits that people
# write in this way, and nobody can measure it. The two numbers in brackets are its 95 % **interval**:
# of a hundred exams with other pictures of the same kind, about 95 would give an interval that holds
# the true accuracy.
#
# For one picture, the answer is ten probabilities:

# %%
from digitzoo import plot_predictions

plot_predictions(result, data.test, indices=[0, 1, 8])
show("1-04")

# %% [markdown]
# ## Its mistakes
#
# A number says how often a network is wrong. The pictures say why. `plot_misclassified` shows the
# mistakes that the network was most sure of:

# %%
from digitzoo import plot_misclassified

plot_misclassified(result, data.test, 10)
show("1-05")

# %% [markdown]
# Look at each, and ask yourself what you would have said. Some are hard for people too, and a few
# labels of the test part are in doubt; those are marked. With others the network has no excuse.
#
# ## A smaller network
#
# Do more parameters make a better network? `small_dense` has two hidden layers of 64 and 16 units, an
# eighth of the parameters. digitzoo brings it trained for longer, and on pictures that were moved a
# little each time ([chapter 5](../docs/course/5-overfitting.md#moved-pictures) shows how that works). It brings
# `dense_baseline` trained in much the same way, too:

# %%
from digitzoo import load_recipe, small_dense

rows = [("ours", model, run.epochs)]
for build in (small_dense, dense_baseline):
    epochs = load_recipe(build.__name__).epochs
    rows.append((build.__name__, build(weights="mnist"), epochs))

print(f"{'':15}{'parameters':>12}{'epochs':>8}{'mistakes':>10}")
for name, network, epochs in rows:
    mistakes = len(evaluate(network, data.test).wrong)
    print(f"{name:15}{network.count_params():12,}{epochs:8}{mistakes:10}")

# %% [markdown]
# The small network makes fewer mistakes than ours. Does that show that small is better? No: it was
# also trained better. Where both have had such a training, the large one is ahead. Compare one thing at a
# time; and before you ask for a larger network, ask whether the one you have is trained well.
#
# ## What to keep
#
# - Network: a formula with many parameters. Training: turning them until the loss is small.
# - Dense layer: each unit has a weight for every input and one bias.
# - ReLU makes negative sums 0; softmax makes probabilities of the last ten numbers.
# - Learn on train, choose by validation, measure once on test.
#
# ## Exercises
#
# **Exercise 5.** One network has 200 mistakes on the 10,000 test pictures, another 180 on the same ones.
# Is the second better?

# %%
answer = ...  # "yes", "no" or "it depends"
print(check(5, answer))

# %% [markdown]
# **Exercise 6.** Leave ReLU out. Show that two dense layers, one after the other, are then no more than a
# single one.

# %%
answer = ...  # how many parameters the single layer has
print(check(6, answer))

# %% [markdown]
# **Exercise 7.** Predict, then run. Shuffle the 784 pixels, in the same way for every picture, so that
# nobody can recognise a digit any more. `dense_baseline` learns from 6,000 pictures as they are, and
# another one from the same pictures shuffled. What will the shuffled one be: as good, a little worse,
# or hopeless? Write your answer and your reason down first.

# %%
answer = ...  # "as good", "a little worse" or "hopeless"
print(check(7, answer))

# %%
order = np.random.default_rng(0).permutation(784)
part = data.sample(6_000)


def shuffled(split):
    images = split.images.reshape(-1, 784)[:, order]
    return images.reshape(-1, 28, 28, 1), split.labels


results = {}
for name, learned, asked in (
    ("as they are", part.train, part.test),
    ("shuffled", shuffled(part.train), shuffled(part.test)),
):
    keras.utils.set_random_seed(0)
    network = dense_baseline()
    train(network, learned, validation_split=0, epochs=3)
    results[name] = evaluate(network, asked)
    print(f"{name:12} accuracy {results[name].accuracy:.3f}")
first, second = (one.accuracy for one in results.values())
