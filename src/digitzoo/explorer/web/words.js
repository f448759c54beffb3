/**
 * Every sentence of the page, in its two languages; `{name}` is filled in.
 *
 * @typedef {"en" | "ko"} Language
 */

/** @type {Record<string, Record<Language, string>>} */
export const WORDS = {
  draw: { en: "Draw", ko: "그리기" },
  "draw help": {
    en: "Draw with mouse, pen or finger. With the keyboard: arrow keys move, space lowers and lifts the pen.",
    ko: "마우스, 펜, 손가락으로 그리세요. 키보드: 화살표 키로 움직이고 스페이스로 펜을 내리거나 듭니다.",
  },
  eraser: { en: "Eraser", ko: "지우개" },
  undo: { en: "Undo", ko: "되돌리기" },
  clear: { en: "Clear", ko: "모두 지우기" },
  "open file": { en: "Open a picture", ko: "그림 파일 열기" },
  samples: { en: "Images to try", ko: "예시 이미지" },
  "sample right": { en: "{name}", ko: "{name}" },
  "sample wrong": { en: "{name}, taken for {taken}", ko: "{name}인데 {taken}(으)로 읽음" },
  "sees title": { en: "What the network sees", ko: "신경망이 보는 것" },
  "sees help": {
    en: "{height} x {width} pixels. Drag over them to erase; shift them; add noise.",
    ko: "{height} x {width} 픽셀. 끌어서 지우고, 옮기고, 잡음을 더해 보세요.",
  },
  shift: { en: "Shift by one pixel", ko: "한 픽셀 옮기기" },
  left: { en: "left", ko: "왼쪽" },
  right: { en: "right", ko: "오른쪽" },
  up: { en: "up", ko: "위" },
  down: { en: "down", ko: "아래" },
  noise: { en: "Noise", ko: "잡음" },
  "restore image": { en: "Image as it was", ko: "원래 이미지" },
  answer: { en: "Answer", ko: "답" },
  "answer says": { en: "{name}, {percent} %", ko: "{name}, {percent} %" },
  "nothing yet": {
    en: "Draw something, or pick an image.",
    ko: "무언가를 그리거나 이미지를 고르세요.",
  },
  trained: { en: "trained", ko: "훈련한 신경망" },
  untrained: { en: "untrained", ko: "훈련 전 신경망" },
  "beside untrained": { en: "Untrained network beside it", ko: "훈련 전 신경망도 보기" },
  "maps of": { en: "The layers below are of", ko: "아래 층은" },
  layers: { en: "Layer by layer", ko: "층마다" },
  "layers help": {
    en: "Click a pixel to see where it comes from; click a layer's name for its formulas.",
    ko: "픽셀을 누르면 그 값이 어디서 왔는지, 층 이름을 누르면 공식을 보여 줍니다.",
  },
  "show all": { en: "Show all {count} maps", ko: "맵 {count}개 모두 보기" },
  "map label": {
    en: "{name}: what comes out, {shape}. Arrow keys choose a number, page keys a channel.",
    ko: "{name}: 출력 {shape}. 화살표 키로 값을, Page 키로 채널을 고릅니다.",
  },
  "switched off": { en: "Switched off: {channels}", ko: "꺼 둔 것: {channels}" },
  "all on": { en: "Switch all on", ko: "모두 켜기" },
  why: { en: "Why this number?", ko: "왜 이 값일까요?" },
  "why help": {
    en: "Click a pixel of any layer above, or a unit of a dense one.",
    ko: "위의 어느 층에서든 픽셀이나 유닛을 누르세요.",
  },
  place: {
    en: "{layer}, row {row}, column {column}, channel {channel}",
    ko: "{layer}, {row}행 {column}열, 채널 {channel}",
  },
  "place unit": { en: "{layer}, unit {channel}", ko: "{layer}, 유닛 {channel}" },
  patch: { en: "what it sees", ko: "보는 부분" },
  kernel: { en: "kernel", ko: "커널" },
  products: { en: "products", ko: "곱" },
  "of channel": { en: "input channel {channel}", ko: "입력 채널 {channel}" },
  "by channel": { en: "Sum of each input channel", ko: "입력 채널마다의 합" },
  sum: { en: "sum of {count} products", ko: "곱 {count}개의 합" },
  outside: { en: "{count} with zeros of the padding", ko: "패딩의 0과의 곱 {count}개" },
  "one map": {
    en: "The map of channel {channel}; tap a pixel",
    ko: "채널 {channel}의 맵; 픽셀을 누르세요",
  },
  bias: { en: "bias", ko: "편향" },
  largest: { en: "largest of {count}", ko: "{count}개 가운데 가장 큰 값" },
  mean: { en: "mean of {count}", ko: "{count}개의 평균" },
  times: { en: "{value} x {weight} + {bias}", ko: "{value} x {weight} + {bias}" },
  "softmax of": {
    en: "softmax: e^{sum} over the sum of e^ of all {count}",
    ko: "소프트맥스: e^{sum}을 {count}개 모두의 e^ 합으로 나눔",
  },
  "depthwise first": {
    en: "Each number that comes in is itself a sum over a window of one channel.",
    ko: "들어오는 값 하나하나가 이미 채널 하나의 창에서 구한 합입니다.",
  },
  "switched off is 0": {
    en: "It is switched off, so 0 goes on.",
    ko: "꺼 두었으므로 0이 나갑니다.",
  },
  "same values": { en: "The layer hands on what comes in.", ko: "들어온 값을 그대로 넘깁니다." },
  strongest: { en: "Strongest contributions", ko: "가장 큰 기여" },
  "contribution from": { en: "from {place}", ko: "{place}에서" },
  contributions: {
    en: "All contributions, red for, blue against",
    ko: "모든 기여: 빨강은 더하고 파랑은 뺌",
  },
  "switch off": { en: "Switch this channel off", ko: "이 채널 끄기" },
  "switch on": { en: "Switch this channel on", ko: "이 채널 켜기" },
  step: { en: "Step by step", ko: "한 단계씩" },
  play: { en: "Play", ko: "재생" },
  pause: { en: "Pause", ko: "멈춤" },
  "one step": { en: "One product", ko: "곱 하나" },
  "next place": { en: "Next place", ko: "다음 위치" },
  speed: { en: "Speed", ko: "속도" },
  "step says": {
    en: "{done} of {count}: {value} x {weight} = {product}; sum {sum}",
    ko: "{count}개 중 {done}번째: {value} x {weight} = {product}, 합 {sum}",
  },
  "formulas title": { en: "The layer's formulas", ko: "층의 공식" },
  "formulas help": { en: "Click the name of a layer above.", ko: "위에서 층 이름을 누르세요." },
  language: { en: "한국어", ko: "English" },
  scheme: { en: "Light or dark", ko: "밝게 또는 어둡게" },
  "no image": {
    en: "{name} is no picture that this browser can read.",
    ko: "{name}은(는) 이 브라우저가 읽을 수 있는 그림이 아닙니다.",
  },
  "made by": {
    en: "Made with digitzoo {version}. This page needs no network.",
    ko: "digitzoo {version}(으)로 만들었습니다. 네트워크가 필요 없습니다.",
  },
  parameters: { en: "{count} parameters", ko: "매개변수 {count}개" },
};

/** @type {Language} */
let language = "en";

/** @param {Language} chosen */
export function speak(chosen) {
  language = chosen;
}

export function spoken() {
  return language;
}

/** @param {string} key @param {Record<string, string | number>} [values] */
export function say(key, values = {}) {
  return WORDS[key][language].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** A number as people read it. @param {number} value */
export function readable(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1000 || size < 0.001) return value.toExponential(1).replace("e+", "e");
  return value.toFixed(size < 10 ? 3 : size < 100 ? 2 : 1);
}

/** A number for a small cell: two places behind the point. @param {number} value */
export function short(value) {
  if (value === 0) return "0";
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2);
  return text === "-0.00" ? "0.00" : text;
}
