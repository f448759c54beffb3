/**
 * Material's worker of search, over the pages of one language, and asked as people ask.
 *
 * Material has one index for all languages, and looks for each word of a question, "how" and "do"
 * among them. It reads this address: `language.js?ko&search.1234.min.js`.
 */

const INDEX = 0; // what Material's page sends: the index, once, and questions
const QUESTION = 2;
const [language, worker] = location.search.slice(1).split("&");

/** What is asked in nearly every question, so that it says nothing of the page that is wanted. */
const NOISE = {
  en: /^(a|an|and|are|can|do|does|for|from|get|have|how|i|in|is|it|me|my|no|of|on|or|own|the|this|to|use|using|want|what|when|where|which|why|with|without|you|your)$/i,
  ko: /^(내|제|나의|어떻게|어디서|어디에|무엇|뭐|왜|언제|하나요|되나요|쓰나요|있나요|인가요|하는|방법|법|수|좀)$/,
};

/** Endings of words; a word that is left finds all that begin with it. */
const ENDINGS = {
  en: /(?<=\w{3})(?<!s|window)s$/i,
  ko: /(?<=[가-힣]{2})(은|는|이|가|을|를|에서|에|으로|로|의|와|과|도|하기|하는|하려면|할까요?)$/,
};

/** Words that the Korean pages do not use, and those that they have instead. */
const SAME = {
  과적합: "과대적합",
  오버피팅: "과대적합",
  윈도우: "Windows",
  윈도: "Windows",
  코랩: "Colab",
  케라스: "Keras",
  파이토치: "PyTorch",
  텐서플로: "TensorFlow",
  텐서플로우: "TensorFlow",
  지피유: "GPU",
};

/** @param {string} question */
function asked(question) {
  const words = question.replace(/[?!.,]+(?=\s|$)/g, "").split(/\s+/);
  const telling = words.filter((word) => !NOISE.en.test(word) && !NOISE.ko.test(word));
  return (telling.length ? telling : words)
    .map((word) => word.replace(ENDINGS.en, "").replace(ENDINGS.ko, ""))
    .map((word) => /** @type {Record<string, string>} */ (SAME)[word] ?? word)
    .join(" ");
}

addEventListener("message", ({ data: message }) => {
  if (message.type === INDEX) {
    const isKorean = language === "ko";
    message.data.docs = message.data.docs.filter(
      (/** @type {{location: string}} */ { location }) => location.startsWith("ko/") === isKorean,
    );
  } else if (message.type === QUESTION) {
    message.data = asked(message.data);
  }
});

/** @type {any} */ (globalThis).importScripts(worker);
