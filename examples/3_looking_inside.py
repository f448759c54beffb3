# %% [markdown]
# Made by `python examples/make.py` from `docs/course/3-looking-inside.md`, where the answers to the
# exercises stand; `check` marks yours, and gives a hint first. It asks for digitzoo:
# `python -m pip install .` in a checkout. What it keeps, such as `runs`, it writes into the
# folder that it is started in.

# %%
from pathlib import Path

import matplotlib.pyplot as plt

from digitzoo.classroom import Chapter

check = Chapter(3, language="en").check


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
# # 3. Looking inside
#
# A network that recognises clothes has a third of a million numbers. What do they do? This chapter
# opens a trained network and looks: at its plan, its kernels, at what its layers answer to a picture,
# and at which part of a picture a decision rests on. To see what training has done, an untrained
# network always stands beside it.
#
# ## Two networks
#
# Fashion-MNIST has the format of MNIST, but shows ten kinds of clothes. It is harder than digits.

# %%
from digitzoo import load_data, plot_samples

clothes = load_data("fashion_mnist")
plot_samples(clothes.test, indices=range(10))
show("3-01")

# %% [markdown]
# `fashion_cnn` is built twice, once with the trained weights that come with digitzoo, and once with
# the random numbers that every training begins from:

# %%
import keras

from digitzoo import evaluate, fashion_cnn

trained = fashion_cnn(weights="fashion_mnist")
keras.utils.set_random_seed(0)
untrained = fashion_cnn()

result = evaluate(trained, clothes.test)
print(f"trained:   accuracy {result.accuracy:.3f}")
random = evaluate(untrained, clothes.test)
print(f"untrained: accuracy {random.accuracy:.3f}")

# %% [markdown]
# How can the untrained network be right *less* often than a guess, which would be right once in ten?
# It does not guess. Random numbers are a rule, too, and one that gives a few answers to nearly all
# pictures. Whether those are right is luck, good or bad. Here it is with other random numbers, and
# how often it gave each of its ten answers to 2,000 pictures:

# %%
import numpy as np

few = clothes.test[:2000]
for seed in range(4):
    keras.utils.set_random_seed(seed)
    guess = evaluate(fashion_cnn(), few)
    counts = np.bincount(guess.predicted, minlength=10)
    print(f"seed {seed}: {guess.accuracy:.1%} right, answers", *counts)

# %% [markdown]
# No output is special before training, so over many draws the mean is one in ten.
#
# ## The plan
#
# `plot_model` draws the layers as a graph, with the shapes that go in and come out:

# %%
from digitzoo import plot_model

diagram = plot_model(trained)
show("3-02", diagram)

# %% [markdown]
# `plot_layers` draws them to scale. The picture gets smaller and deeper on its way: two poolings
# halve its sides twice, and the number of maps grows from 1 to 32 to 64.

# %%
from digitzoo import plot_layers

plot_layers(trained)
show("3-03")

# %% [markdown]
# Both convolutions have `padding="same"`: a border of zeros keeps 28 × 28 at 28 × 28, and the formula
# W − F + 1 of chapter 2 does not hold for them. **Dropout** sets a part of the units to zero at
# random, but only while training; here it does nothing. Both come back in chapters
# [4](../docs/course/4-going-deeper.md#the-border-valid-and-same) and [5](../docs/course/5-overfitting.md#dropout).
#
# ## The kernels
#
# The first convolution has 32 filters of 3 × 3. Each filter is a tiny picture of what it looks for:
# it answers most where the picture is bright under red and dark under blue.

# %%
from digitzoo import plot_kernels

plot_kernels({"trained": trained, "untrained": untrained}, vmin=-1, vmax=1)
show("3-04")

# %% [markdown]
# Both panels have the same colour scale; weights beyond ±1 take its end. The untrained kernels are
# pale: small random numbers. Many of the trained ones have red on one side and blue on the other:
# they find edges, upright, lying or oblique. Nobody has asked for edges; they have turned out to be
# useful.
#
# **Exercise 1.** The second convolution has 64 filters of 3 × 3 on the 32 maps of the first. What is the shape
# of its weights, and how many parameters does it have?

# %%
answer = ...  # ((height, width, maps in, filters), parameters)
print(check(1, answer))

# %% [markdown]
# ## The weights as a histogram

# %%
from digitzoo import plot_weight_histogram

plot_weight_histogram({"untrained": untrained}, layers=["conv1", "conv2"])
show("3-05")

# %% [markdown]
# Before training the weights are spread evenly between two narrow bounds; Keras draws them so (it is
# called Glorot uniform). The 288 of the first layer are few, so chance makes their bars uneven. Now
# both networks on one scale, on which the untrained weights are a narrow block around 0:

# %%
plot_weight_histogram(
    {"trained": trained, "untrained": untrained}, layers=["conv1", "conv2"]
)
show("3-06")

# %% [markdown]
# Training has pulled them apart, a few of them far out: the filters have become different from one
# another.
#
# **Exercise 2.** Untrained weights lie evenly between −b and b with b = √(6 / (in + out)). For the first
# convolution, *in* is 3 × 3 × 1 and *out* is 3 × 3 × 32. What is b? Check it with the first histogram.

# %%
answer = ...  # to three places
print(check(2, answer))

# %% [markdown]
# ## What a layer answers
#
# A feature map shows where in a picture a filter finds what it looks for. Here are all maps of both
# convolutions for one boot:

# %%
from digitzoo import plot_feature_maps

boot = clothes.test.images[0]
plot_feature_maps(trained, boot)
show("3-07")

# %% [markdown]
# In the maps of the first layer the boot can still be seen, here its outline, there its surface, there
# only its sole. The second layer sees the first one's maps, not the boot. Its maps have half the side,
# and are harder to name: they answer to combinations of what the first layer found. Some maps are
# dark: their filter finds nothing in this picture.
#
# The untrained network gives maps, too. Where they are not dark, they are the boot again and again,
# brighter or fainter; a random kernel picks out little:

# %%
plot_feature_maps(untrained, boot, layers="conv1")
show("3-08")

# %% [markdown]
# ## One map by hand
#
# Nothing about a map is hidden. With the convolution of chapter 2, one bias and a ReLU, out comes the
# first map to the last digit that matters:

# %%
import numpy as np

from digitzoo import feature_maps, scale_pixels

kernel, bias = trained.get_layer("conv1").get_weights()
framed = np.pad(scale_pixels(boot)[:, :, 0], 1)  # zeros on each side
ours = np.zeros((28, 28))
for row in range(28):
    for column in range(28):
        window = framed[row : row + 3, column : column + 3]
        ours[row, column] = (window * kernel[:, :, 0, 0]).sum() + bias[0]
ours = np.maximum(0, ours)

theirs = feature_maps(trained, boot)["conv1"][0, :, :, 0]
print("largest difference:", f"{abs(ours - theirs).max():.6f}")

# %% [markdown]
# **Exercise 3.** How many numbers are in all maps of the second convolution for one picture, and how many bytes
# do they take as 32-bit floats?

# %%
answer = ...  # (numbers, bytes)
print(check(3, answer))

# %% [markdown]
# ## What a decision rests on
#
# Cover a part of the picture and ask again. If the network is less sure of its answer then, that part
# has spoken for it. Do so everywhere, and you have a map of the evidence: **occlusion**. Here one
# quarter of the boot is covered at a time:

# %%
from digitzoo import predict


def ask(picture):
    answer = predict(trained, picture)
    name = clothes.class_names[answer.label[0]]
    return f"{name}, {answer.confidence[0]:.4f}"


print(f"nothing covered: {ask(boot)}")
for name, (row, column) in {
    "top left": (0, 0),
    "top right": (0, 14),
    "bottom left": (14, 0),
    "bottom right": (14, 14),
}.items():
    covered = boot.copy()
    covered[row : row + 14, column : column + 14] = 0
    print(f"{name:15}: {ask(covered)}")

# %% [markdown]
# At the top left there is nothing to cover. Without the heel, it is a sandal to the network.
#
# `plot_attribution` covers 4 × 4 pixels at a time, everywhere, and draws two other ways to ask beside
# it. **Grad-CAM** takes the maps of the last convolution and weighs each by how strongly it speaks for
# the class: bright is evidence. **Saliency** asks how much each single pixel would move the answer, up
# or down. Neither measures the probability, which stays at 1.0000 while much is covered, but the
# number before the softmax, the class's **logit**. Read the map of occlusion like this: **red**, where
# covering lowers the logit, so that the place speaks *for* the class; **blue**, where covering raises
# it, so that the place speaks *against* it. The title says by how much at most, in logits: 2.3 less,
# and the odds against a class whose logit stays are a tenth of what they were.

# %%
from digitzoo import plot_attribution

plot_attribution(trained, clothes.test[[0, 4, 23]])
show("3-09")

# %% [markdown]
# The third picture is a boot that the network takes for a sandal, and its map of occlusion is nearly
# all blue. Nearly whatever is covered, the network becomes *surer* of sandal: the leather speaks against it.
# What speaks for it, then? Grad-CAM points to the opening in the middle. Occlusion cannot see that,
# for it covers with black what is black already. So fill the opening with gray, and ask once more:

# %%
taken = clothes.test.images[23]
filled = taken.copy()
filled[11:17, 12:19] = np.maximum(filled[11:17, 12:19], 180)  # gray
print("as it is:", ask(taken))
print("filled:  ", ask(filled))

# %% [markdown]
# Filled, it is a boot. No single map has told that; two of them and a test of our own have.
#
# Such maps are hints, not proofs. They say what the network used for this picture, and three ways to
# ask may give three answers. If a map shows that the network looks at the background, though, you have
# learned something that no accuracy would have told you.
#
# **Exercise 4.** A square of 8 × 8 covers a part of a picture of 28 × 28. At how many places can it lie? And if
# it moves by 4 pixels at a time?

# %%
answer = ...  # (places, places in steps of 4)
print(check(4, answer))

# %% [markdown]
# ## How it sees a thousand pictures
#
# The last hidden layer turns each picture into 100 numbers. Pictures with similar numbers are alike to
# the network. `plot_embedding` draws 1,000 pictures as points, in the plane in which the 100 numbers
# differ most:

# %%
from digitzoo import plot_embedding

plot_embedding(trained, clothes.test[:1000])
show("3-10")

# %% [markdown]
# Bags lie to one side, shoes to another, trousers a little apart. Shirts, coats, pullovers and
# T-shirts lie on one heap, and there are most of the crosses, which mark mistakes. The **confusion
# matrix** counts them:

# %%
from digitzoo import plot_confusion_matrix

plot_confusion_matrix(result)
show("3-11")

# %% [markdown]
# Read it by rows: of 1,000 shirts, how many were called a shirt, how many a T-shirt? The diagonal is
# what was right.
#
# ## What to keep
#
# - Training turns small random kernels into filters that find something.
# - A feature map shows where a filter finds it; deeper layers answer to combinations.
# - Occlusion, Grad-CAM and saliency hint at what a decision rests on.
# - Mistakes are not spread evenly: they lie between classes that look alike to the network.
#
# ## Exercises
#
# **Exercise 5.** A map may be dark for one picture only, or for all. Count the filters of the first convolution
# that answer to nothing in the boot, and those that answer to nothing in 200 pictures. Can training
# bring the latter back?

# %%
answer = ...  # "yes" or "no": does training bring a filter back that answers to nothing in all pictures?
print(check(5, answer))

# %% [markdown]
# **Exercise 6.** Which layer needs the most multiplications, and how many?

# %%
answer = ...  # (the layer's name, multiplications)
print(check(6, answer))
