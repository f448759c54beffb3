"""The topics: each is registered here, and from here go choices, pages, tests and the quiz."""

from collections.abc import Mapping

from digitzoo.classroom.draw import Topic
from digitzoo.classroom.topics import (
    confusion,
    interval,
    kernel,
    macs,
    memory,
    network,
    output_size,
    parameters,
    receptive_field,
)

TOPICS: Mapping[str, Topic] = {
    "output_size": output_size.KINDS,
    "parameters": parameters.KINDS,
    "network": network.KINDS,
    "receptive_field": receptive_field.KINDS,
    "macs": macs.KINDS,
    "memory": memory.KINDS,
    "kernel": kernel.KINDS,
    "confusion": confusion.KINDS,
    "interval": interval.KINDS,
}
