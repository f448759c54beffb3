# %% [markdown]
# Made by `python examples/make.py` from `docs/course/5-overfitting.md`, where the answers to the
# exercises stand; `check` marks yours, and gives a hint first. It asks for digitzoo:
# `python -m pip install .` in a checkout. What it keeps, such as `runs`, it writes into the
# folder that it is started in.

# %%
from pathlib import Path

import matplotlib.pyplot as plt

from digitzoo.classroom import Chapter

check = Chapter(5, language="en").check


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
# # 5. Overfitting
#
# A network that learns its exercise book by heart has not understood it. This chapter lets a network
# do so, shows it in the curves, and measures one remedy after the other.
#
# ## Learning by heart
#
# Chapter 1 met **overfitting**: a network does better on the pictures that it learned from than on new
# ones. It shows best when there are few pictures to learn from. So `small_dense`, with its 51,450
# parameters, gets 1,500 pictures, and 60 epochs to learn them. 2,000 validation pictures watch.

# %%
import keras

from digitzoo import Dataset, load_data, small_dense, train

data = load_data("mnist")
watched = data.validation[:2000]
few = Dataset(
    data.train.sample(1500), watched, data.test, name="1,500 digits"
)

keras.utils.set_random_seed(0)
run = train(small_dense(), few, epochs=60, run_dir="runs/course-5-plain")


def last_epoch(run):
    on_train = run.history["accuracy"][-1]
    on_validation = run.history["val_accuracy"][-1]
    print(f"accuracy: train {on_train:.3f}, validation {on_validation:.3f}")


last_epoch(run)
print(f"best epoch {run.best_epoch}")

# %%
from digitzoo import plot_history

plot_history(run)
show("5-01")

# %% [markdown]
# The network knows every training picture, and is wrong on about every tenth new one. The first epochs
# make the scale so large that the rest is hard to see. Leave them out:

# %%
plot_history(run, skip_epochs=10)
show("5-02")

# %% [markdown]
# Now it is plain. The curves part, and that is the overfitting. The training loss falls towards zero. The validation loss falls, too, turns at the
# ring, and rises slowly from there on. What the network learns after the turn is true of its 1,500
# pictures alone. The validation accuracy does not fall with it: the network is not wrong more often,
# but it is more sure of itself when it is wrong.
#
# ## Early stopping
#
# The first remedy: stop when the validation loss has not fallen for some epochs, the **patience**, and
# take the weights of the best epoch.

# %%
keras.utils.set_random_seed(0)
stopped = train(
    small_dense(),
    few,
    epochs=60,
    early_stopping=5,
    run_dir="runs/course-5-stopped",
)
print(f"stopped after epoch {stopped.epochs}: {stopped.stop_reason}")
print(f"weights of epoch {stopped.best_epoch}")

# %% [markdown]
# It saves time. The network does not become better than at its best epoch, though, and the epoch that
# is best by the loss need not be the best by accuracy.
#
# **Exercise 1.** The best epoch is number 12, and the patience 5. After which epoch does training stop?

# %%
answer = ...  # the number of the epoch
print(check(1, answer))

# %% [markdown]
# ## Dropout
#
# The second remedy: at each step set a part of the units to 0, drawn anew each time. No unit can then
# rely on a certain other one. What is left is enlarged so that the sum stays the same on average.

# %%
import numpy as np

random = np.random.default_rng(0)
units = np.ones(10)
for step in range(3):
    kept = random.random(10) >= 0.4  # drop 40 %
    print(f"step {step + 1}:", (units * kept / (1 - 0.4)).round(2))

# %% [markdown]
# It happens while training only; a finished network uses all of its units. In Keras it is a layer.
# Here is `small_dense` again, layer by layer, with room for the next remedies:

# %%
def network(*, dropout=0.0, l2=0.0, scale=1.0):
    keras.utils.set_random_seed(0)
    penalty = keras.regularizers.L2(l2)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Rescaling(scale),
            keras.layers.Flatten(),
            keras.layers.Dense(
                64, activation="relu", kernel_regularizer=penalty
            ),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(
                16, activation="relu", kernel_regularizer=penalty
            ),
            keras.layers.Dense(10, activation="softmax"),
        ],
        name="small_dense",
    )


runs = {"plain": run, "early stopping": stopped}
runs["dropout 0.3"] = train(
    network(dropout=0.3), few, epochs=60, run_dir="runs/course-5-dropout"
)
last_epoch(runs["dropout 0.3"])

# %% [markdown]
# **Exercise 2.** Dropout of 0.4 on a layer of 100 units: how many are left on average, and by what are they
# multiplied?

# %%
answer = ...  # (units left, factor)
print(check(2, answer))

# %% [markdown]
# ## L2
#
# The third remedy: large weights cost. The loss gets a **penalty**, the sum of all squared weights,
# multiplied by a small number. So each step also pulls every weight a little towards 0, and only what
# pays for itself stays large.

# %%
runs["L2 0.001"] = train(
    network(l2=0.001), few, epochs=60, run_dir="runs/course-5-l2"
)
for name in ("plain", "L2 0.001"):
    arrays = runs[name].model.get_weights()
    weights = np.concatenate(
        [one.ravel() for one in arrays if one.ndim == 2]
    )
    print(
        f"{name:9} mean square of weights {np.square(weights).mean():.4f}"
    )
last_epoch(runs["L2 0.001"])

# %% [markdown]
# The weights have become smaller; the accuracy has hardly changed. A remedy does not help everywhere.
# Note that the losses in the curves of such a run contain the penalty, so they cannot be compared with
# those of other runs, and the picture below leaves this one out. Accuracies can be compared.
#
# **Exercise 3.** A layer has the two weights 3 and −4, and L2 of 0.01. How large is the penalty?

# %%
answer = ...  # a number
print(check(3, answer))

# %% [markdown]
# ## Moved pictures
#
# The fourth remedy: more pictures, made from those that there are. A 7 stays a 7 when it is moved by
# two pixels, turned by ten degrees or drawn a little larger. **Augmentation** changes each training
# picture at random in such ways, anew in each epoch:

# %%
from digitzoo import Augmentation, plot_samples, scale_pixels

moves = Augmentation(shift=2, rotation=10, zoom=0.1)
seven = scale_pixels(data.test.images[:1])
plot_samples(
    np.concatenate(
        [moves(seven, seed=0, epoch=epoch, batch=0) for epoch in range(10)]
    )
)
show("5-03")

# %%
runs["moved pictures"] = train(
    network(),
    few,
    epochs=60,
    augmentation=moves,
    run_dir="runs/course-5-moved",
)
last_epoch(runs["moved pictures"])

# %% [markdown]
# The network never sees the same picture twice, and cannot learn one by heart. Its training accuracy
# is now *below* that on validation, since moved pictures are harder. It could still be trained longer.
#
# Choose changes that keep the label. A mirrored boot is a boot; a mirrored 2 is not a digit.
#
# **Exercise 4.** A shift of up to 2 pixels, in whole pixels, along both axes: how many different pictures come of
# one?

# %%
answer = ...  # a whole number
print(check(4, answer))

# %% [markdown]
# ## More data
#
# The fifth remedy is the plainest: more real pictures. Here are 6,000 instead of 1,500, and about as
# many steps in all:

# %%
more = Dataset(
    data.train.sample(6000), watched, data.test, name="6,000 digits"
)
runs["6,000 pictures"] = train(
    network(), more, epochs=15, run_dir="runs/course-5-more"
)
last_epoch(runs["6,000 pictures"])

# %% [markdown]
# ## All of them together

# %%
shown = ("plain", "dropout 0.3", "moved pictures")
plot_history({name: runs[name] for name in shown}, skip_epochs=10)
show("5-04")

# %%
from digitzoo import compare, evaluate

plain = evaluate(run.model, data.test)
print(f"{'':16}{'train':>7}{'test':>7}{'only plain':>12}{'only this':>11}")
for name, one in runs.items():
    learned = more.train if name == "6,000 pictures" else few.train
    on_train = evaluate(one.model, learned).accuracy
    result = evaluate(one.model, data.test)
    pairs = compare(plain, result)
    print(
        f"{name:16}{on_train:7.3f}{result.accuracy:7.3f}"
        f"{pairs.only_a:12}{pairs.only_b:11}"
    )

# %% [markdown]
# The last two columns compare each network with the plain one: how many test pictures only the plain
# one gets right, and how many only this one. Where they are far apart, chance does not explain it
# ([Which of two networks is better](../docs/how-to/compare.md)): so it is with dropout, with moved
# pictures and with more pictures. Early stopping, which went by the loss, has lost a little. And the
# last two come out alike. Moved about, 1,500 digits were worth as much as 6,000. That is so because
# we know what leaves a digit what it is; where nobody knows that, only more pictures help. This was
# one seed, on few pictures; a fair comparison of *remedies* repeats each run with several seeds.

# %% [markdown]
# ## Pixels that were not scaled
#
# Chapter 1 divided all pixels by 255. What if one forgets to? A layer that multiplies by 255 at the
# network's entrance undoes the scaling:

# %%
unscaled = train(
    network(scale=255.0), few, epochs=60, run_dir="runs/course-5-unscaled"
)
for name, one in (("scaled", run), ("unscaled", unscaled)):
    loss = one.history["loss"][0]
    accuracy = evaluate(one.model, data.test).accuracy
    print(f"{name:8} first loss {loss:4.1f}, test accuracy {accuracy:.3f}")

# %% [markdown]
# With inputs 255 times as large, the first sums are large, so is the loss, and the first steps throw
# the weights about. Some units end below zero for every picture, and their ReLU lets nothing through
# any more. With all of the data the network recovers from it, but not quite: [What each lesson is
# worth](../docs/results/lessons.md) has the measured difference.
#
# ## Too much of a good thing
#
# `regularized_cnn` has four convolutions, and after each a dropout of 0.5, and L2 of 0.01 everywhere.
# Here it is beside itself with little dropout and no L2, on the 1,500 pictures, for five epochs:

# %%
from digitzoo import regularized_cnn

settings = {"as it is": {}, "lighter": {"dropout_rate": 0.1, "l2": 0.0}}
for number, (name, options) in enumerate(settings.items()):
    keras.utils.set_random_seed(0)
    held = train(
        regularized_cnn(**options),
        few,
        epochs=5,
        run_dir=f"runs/course-5-regularized-{number}",
    )
    print(name, end=", ")
    last_epoch(held)

# %% [markdown]
# With so much in its way, the network does not even learn the training pictures in this time. This is the opposite,
# **underfitting**: remedies against overfitting make it worse. First look whether the training accuracy
# is good; only then is it time to close the gap.
#
# ## What the lessons are worth
#
# The numbers above come from few pictures and one seed, to be quick. The same questions were measured
# on all of the data, with several seeds, by commands that anyone can repeat: [What each lesson is
# worth](../docs/results/lessons.md). And with moved pictures and more epochs, `small_dense` gets this far,
# and `regularized_cnn` with a dropout of 0.1 and without L2:

# %%
for build in (small_dense, regularized_cnn):
    network = build(weights="mnist")
    wrong = len(evaluate(network, data.test).wrong)
    print(f"{network.name:16} {wrong} of {len(data.test):,} wrong")

# %% [markdown]
# ## What to keep
#
# - Overfitting: better on the pictures learned from than on new ones. Look at both curves.
# - Early stopping takes the best epoch. Dropout, L2 and moved pictures make learning by heart harder.
# - More data help, and so do pictures moved in ways that leave their labels true.
# - Where even train is bad, the network underfits, and needs less regularization, not more.
#
# ## Exercises
#
# **Exercise 5.** The four blocks of `regularized_cnn` have convolutions of 2 × 2 with `same`, 32, 64, 128 and 256
# filters, and a pooling of 2 × 2 each. Work out the size after each block, and all parameters.

# %%
answer = ...  # ((size after each block), parameters)
print(check(5, answer))

# %% [markdown]
# **Exercise 6.** Training accuracy 0.92, validation accuracy 0.93. A friend adds dropout. Is that a good idea?

# %%
answer = ...  # "yes" or "no"
print(check(6, answer))
