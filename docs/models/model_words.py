"""What the pages of the models say, in each language, and what cards say in Korean."""

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "ko")
_CARDS = Path(__file__).with_name("korean.toml")

_ENGLISH = {
    "models": "Models",
    "models intro": "{count} networks, from the smallest to the one with the most parameters. Each "
    "is a plain `keras.Sequential`, and its trained weights ship in the package. A page for each "
    "says what it is made of, how it was trained, how good it is and where it is wrong.",
    "in code": "In code",
    "table intro": "Accuracy is that of the shipped weights' recipe on all {images:,} test images, "
    "with its 95 % interval: over seeds (Student's t) where there are several, over images "
    "(Wilson) where there is one. [All results](../results/index.md) has every seed.",
    "model": "model",
    "parameters": "parameters",
    "macs": "MACs for one image",
    "weights": "weights",
    "seeds": "{count} seeds",
    "seed": "1 seed",
    "what each is": "What each is",
    "published on": "published on",
    "source": "source",
    "test accuracy": "test accuracy, {dataset}",
    "range": "{low} to {high}",
    "all models": "all models",
    "load": "Load it",
    "load intro": "With the weights that ship in the package, on {images:,} of the test images:",
    "load more": "`{name}()` begins with random weights, and `{name}(weights=\"{dataset}\", "
    "num_classes=26, transfer=True)` keeps all layers but the last for other classes. "
    "[The reference]({reference}) has every argument. On the command line:",
    "network": "The network",
    "network intro": "From the top down, with the shape of one image on its way and the "
    "parameters of each layer:",
    "network alt": "The layers of {name} from the input to the output, with shapes and parameters",
    "to scale": "To scale",
    "to scale intro": "The same as boxes. Heights and widths are to scale; channels and units "
    "count by their square roots.",
    "to scale alt": "{name} as a row of boxes to scale, with shapes, parameters and MACs",
    "layers": "Layer by layer",
    "layers intro": "Every count, worked out by the formulas and not by Keras; the two agree. "
    "[Formulas](../formulas/index.md) derives them.",
    "layer": "layer",
    "does": "what it does",
    "output": "output",
    "total": "total",
    "every number": "Every number of every layer",
    "the code": "The code that builds it",
    "training": "How it was trained",
    "training intro": "`reference` is how its source trained it, as far as the source says; "
    "`tuned` is the best that was found here, and gave the weights. What is not listed is as "
    "`train` has it.",
    "setting": "setting",
    "optimizer's own": "the optimizer's own",
    "none": "none",
    "percent of training": "{percent:g} % of the training images",
    "epochs without": "after {count} epochs without a better one",
    "other recipes": "Its other recipes, which measure "
    "[what each lesson is worth](../results/lessons.md):",
    "train again": "To train it so, and to measure a recorded number again:",
    "results": "Results",
    "results intro": "On all {images:,} test images, which were looked at once for each seed, when "
    "its training was over. The interval is that of the mean over seeds (Student's t, 95 %); of "
    "a single seed, that over images (Wilson).",
    "undisputed": "The last column leaves out the {count} test images of MNIST whose label people "
    "doubt.",
    "data set": "data set",
    "recipe": "recipe",
    "accuracy": "accuracy",
    "interval": "95 % interval",
    "wrong": "wrong, for each seed",
    "without disputed": "without disputed labels",
    "published": "What its source prints",
    "value": "value",
    "on": "on",
    "note": "note",
    "kernels": "What the first layer has learnt",
    "kernels intro": "The kernels of the first convolution, red for positive weights and blue for "
    "negative ones:",
    "kernels alt": "The kernels of {name}'s first convolution after training",
    "units intro": "A dense layer has no kernels; each of its units has a weight for every pixel. "
    "The first units of the first layer, each as the picture that it looks for, red for positive "
    "weights and blue for negative ones:",
    "units alt": "Weights of the first units of {name}, each drawn as an image",
    "mistakes": "Typical mistakes",
    "mistakes intro": "{wrong} of these {total:,} test images are called wrong. The most confident "
    "mistakes:",
    "mistakes alt": "Test images that {name} gets wrong, with true and predicted class",
    "most often": "Which class is most often taken for which:",
    "true": "true",
    "predicted": "predicted",
    "times": "times",
    "no mistakes": "None of these {total:,} test images is called wrong.",
}

_KOREAN = {
    "models": "모델",
    "models intro": "신경망 {count}개를 매개변수가 적은 것부터 늘어놓았습니다. 모두 평범한 "
    "`keras.Sequential`이고, 훈련을 마친 가중치가 패키지에 들어 있습니다. 모델마다 한 쪽씩, 무엇으로 "
    "이루어졌고 어떻게 훈련했으며 얼마나 정확하고 어디서 틀리는지를 적었습니다.",
    "in code": "코드로 보기",
    "table intro": "정확도는 패키지에 든 가중치를 만든 레시피의 값이며, 테스트 그림 {images:,}장 모두에서 "
    "쟀습니다. 괄호 안은 95 % 신뢰 구간입니다. 시드가 여럿이면 시드에 대한 구간(스튜던트 t), 하나이면 "
    "그림에 대한 구간(윌슨)입니다. 시드마다의 값은 [모든 결과](../results/index.md)에 있습니다.",
    "model": "모델",
    "parameters": "매개변수",
    "macs": "그림 한 장의 MAC",
    "weights": "가중치 파일",
    "seeds": "시드 {count}개",
    "seed": "시드 1개",
    "what each is": "모델마다 한마디",
    "published on": "발표된 데이터",
    "source": "출처",
    "test accuracy": "테스트 정확도, {dataset}",
    "range": "{low}~{high}",
    "all models": "모든 모델",
    "load": "불러오기",
    "load intro": "패키지에 든 가중치로, 테스트 그림 가운데 {images:,}장을 평가합니다.",
    "load more": "`{name}()`은 난수 가중치로 시작합니다. `{name}(weights=\"{dataset}\", "
    "num_classes=26, transfer=True)`는 마지막 층만 새로 시작하므로 다른 클래스를 가르칠 때 씁니다. "
    "모든 인수는 [레퍼런스]({reference})에 있습니다. 명령줄에서는 이렇게 합니다.",
    "network": "신경망의 구조",
    "network intro": "위에서 아래로, 그림 한 장이 지나가며 바뀌는 모양과 층마다의 매개변수 수입니다.",
    "network alt": "입력부터 출력까지 {name}의 층을 모양과 매개변수 수와 함께 그린 그림",
    "to scale": "크기에 비례한 그림",
    "to scale intro": "같은 신경망을 상자로 그렸습니다. 높이와 너비는 크기에 비례하고, 채널과 유닛의 수는 "
    "제곱근에 비례합니다.",
    "to scale alt": "{name}의 층을 크기에 비례한 상자로 늘어놓고 모양, 매개변수, MAC 횟수를 적은 그림",
    "layers": "층마다 계산하기",
    "layers intro": "모든 수를 Keras가 아니라 공식으로 계산했습니다. 두 결과는 같습니다. 공식은 "
    "[공식](../formulas/index.md)에서 이끌어 냅니다.",
    "layer": "층",
    "does": "하는 일",
    "output": "출력",
    "total": "합계",
    "every number": "모든 층의 모든 수",
    "the code": "이 신경망을 만드는 코드",
    "training": "훈련 방법",
    "training intro": "`reference`는 출처가 밝힌 만큼 그대로 훈련한 것이고, `tuned`는 여기서 찾은 가장 좋은 "
    "방법으로, 패키지에 든 가중치가 이것으로 나왔습니다. 적지 않은 설정은 `train`의 기본값입니다.",
    "setting": "설정",
    "optimizer's own": "옵티마이저의 기본값",
    "none": "없음",
    "percent of training": "훈련 그림의 {percent:g} %",
    "epochs without": "{count}에포크 동안 나아지지 않으면",
    "other recipes": "다른 레시피는 [교훈마다의 효과](../results/lessons.md)를 재는 데 씁니다.",
    "train again": "이대로 훈련하거나, 기록된 수를 다시 재려면 이렇게 합니다.",
    "results": "결과",
    "results intro": "테스트 그림 {images:,}장 모두에서 쟀습니다. 테스트 그림은 시드마다 훈련이 끝난 뒤 한 "
    "번만 보았습니다. 구간은 시드에 대한 평균의 95 % 신뢰 구간(스튜던트 t)이고, 시드가 하나이면 그림에 "
    "대한 구간(윌슨)입니다.",
    "undisputed": "마지막 열은 사람들이 레이블을 의심하는 MNIST 테스트 그림 {count}장을 뺀 값입니다.",
    "data set": "데이터",
    "recipe": "레시피",
    "accuracy": "정확도",
    "interval": "95 % 신뢰 구간",
    "wrong": "시드마다 틀린 수",
    "without disputed": "의심스러운 레이블을 빼면",
    "published": "출처에 적힌 값",
    "value": "값",
    "on": "데이터",
    "note": "설명",
    "kernels": "첫 층이 배운 것",
    "kernels intro": "첫 합성곱층의 커널입니다. 빨강은 양수, 파랑은 음수입니다.",
    "kernels alt": "훈련을 마친 {name}의 첫 합성곱층 커널",
    "units intro": "완전연결층에는 커널이 없고, 유닛마다 모든 픽셀에 대한 가중치가 있습니다. 첫 층의 앞쪽 "
    "유닛들이 찾는 모양을 그렸습니다. 빨강은 양수, 파랑은 음수입니다.",
    "units alt": "{name}의 첫 층 유닛들의 가중치를 그림처럼 그린 것",
    "mistakes": "자주 하는 실수",
    "mistakes intro": "이 테스트 그림 {total:,}장 가운데 {wrong}장을 틀립니다. 가장 자신 있게 틀린 "
    "것들입니다.",
    "mistakes alt": "{name}이 틀린 테스트 그림과 그 정답, 예측한 클래스",
    "most often": "어떤 클래스를 무엇으로 가장 자주 잘못 보는지는 다음과 같습니다.",
    "true": "정답",
    "predicted": "예측",
    "times": "횟수",
    "no mistakes": "이 테스트 그림 {total:,}장을 하나도 틀리지 않습니다.",
}

WORDS = {"en": _ENGLISH, "ko": _KOREAN}

# What a recipe's settings are called; one that is not here goes by its own name.
SETTINGS = {
    "epochs": ("epochs", "에포크"),
    "batch_size": ("batch size", "배치 크기"),
    "optimizer": ("optimizer", "옵티마이저"),
    "learning_rate": ("learning rate", "학습률"),
    "weight_decay": ("weight decay", "가중치 감쇠"),
    "global_clipnorm": ("gradients cut to norm", "기울기 노름의 한계"),
    "ema_momentum": ("moving average of the weights", "가중치의 이동 평균"),
    "label_smoothing": ("label smoothing", "레이블 스무딩"),
    "augmentation": ("augmentation", "데이터 증강"),
    "early_stopping": ("early stopping", "조기 종료"),
    "monitor": ("watched", "지켜보는 값"),
    "validation": ("held out to watch the run", "지켜보려고 떼어 둔 것"),
    "options": ("changed in the network", "신경망에서 바꾼 것"),
    "precision": ("precision", "정밀도"),
    "pixel_scale": ("pixels multiplied by", "픽셀에 곱한 수"),
}

# What a layer does, by Keras's class; one that is not here goes by its class and settings.
LAYERS = {
    "Conv2D": (
        "{filters} filters of {kernel_size}{strided}{padded}{active}",
        "{kernel_size} 필터 {filters}개{strided}{padded}{active}",
    ),
    "MaxPooling2D": (
        "the largest of each {pool_size}{strided}{padded}",
        "{pool_size}마다 가장 큰 수{strided}{padded}",
    ),
    "Flatten": ("all values in one row", "모든 값을 한 줄로"),
    "Dense": ("{units} units{active}", "유닛 {units}개{active}"),
    "Dropout": (
        "drops {percent:g} % of the values in training",
        "훈련할 때 값의 {percent:g} %를 버림",
    ),
}
LAYER_ENDS = {
    "strided": (", strides {strides}", ", 스트라이드 {strides}"),
    "padded": (", padding `{padding}`", ", 패딩 `{padding}`"),
    "active": (", {activation}", ", {activation}"),
}


def words(language: str, key: str, **values: object) -> str:
    """Give a phrase in a language, with values put in.

    >>> words("ko", "parameters")
    '매개변수'
    """
    return WORDS[language][key].format(**values)


def pick(pair: tuple[str, str], language: str) -> str:
    """Choose from a pair of English and Korean.

    >>> pick(("epochs", "에포크"), "ko")
    '에포크'
    """
    return pair[LANGUAGES.index(language)]


@cache
def card_sentences() -> dict[str, str]:
    """Give the Korean of what cards and recipes say in English, by the English."""
    tables = tomllib.loads(_CARDS.read_text(encoding="utf-8"))
    return {english: korean for table in tables.values() for english, korean in table.items()}


def said(text: str, language: str) -> str:
    """Give a card's sentence in a language; English stands where there is no Korean.

    >>> said("rank 15", "ko")
    '15위'
    """
    return card_sentences().get(text, text) if language == "ko" else text
