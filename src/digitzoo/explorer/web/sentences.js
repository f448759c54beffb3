/**
 * Every sentence of the calculator, in its two languages; `{name}` is filled in. Those of the
 * formulas are those of Python's `explain`, and a test compares them.
 *
 * @import { Language } from "./words.js"
 *
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Say
 */

/** @type {Record<string, Record<Language, string>>} */
export const SENTENCES = {
  // The formulas.
  height: { en: "height", ko: "높이" },
  width: { en: "width", ko: "너비" },
  and: { en: "{first} and {last}", ko: "{first}와 {last}" },
  reach: {
    en: "Reach R of the dilated kernel, {axes}",
    ko: "팽창(dilation)을 적용한 커널의 크기 R, {axes}",
  },
  "output size": { en: "Output {axes}", ko: "출력 {axes}" },
  "output shape": { en: "Output shape", ko: "출력 모양" },
  channels: { en: "Output channels", ko: "출력 채널 수" },
  params: { en: "Parameters", ko: "매개변수 수" },
  macs: { en: "MACs", ko: "곱셈-누산(MAC) 횟수" },
  "receptive field": { en: "Receptive field, {axes}", ko: "수용 영역, {axes}" },
  "effective stride": { en: "Effective stride, {axes}", ko: "누적 보폭(스트라이드), {axes}" },
  "one filter each": {
    en: "Each filter makes one channel.",
    ko: "필터 하나가 채널 하나를 만듭니다.",
  },
  "each channel": {
    en: "Each input channel makes M.",
    ko: "입력 채널마다 출력 채널을 M개씩 만듭니다.",
  },
  padded: {
    en: "2P is {before} before + {after} after; the extra zero lies at the end.",
    ko: "2P는 앞 {before}개와 뒤 {after}개의 0입니다. 하나 남는 0은 뒤쪽(아래, 오른쪽)에 붙입니다.",
  },
  "rounded down": {
    en: "The division does not come out even ({quotient}) and is rounded down; unused at the end: {unused} of {positions} positions (padding included).",
    ko: "나누어떨어지지 않으므로({quotient}) 내림합니다. 패딩을 포함한 {positions}칸 가운데 끝의 {unused}칸은 쓰이지 않습니다.",
  },
  grouped: {
    en: "{groups} groups: each filter sees {channels} of the channels.",
    ko: "그룹이 {groups}개이므로 필터 하나는 채널 {channels}개만 봅니다.",
  },
  "not trained": {
    en: "{count} of them are statistics, kept but not trained.",
    ko: "이 가운데 {count}개는 보관만 하고 훈련하지 않는 통계값입니다.",
  },
  "no weights": { en: "No weights, no multiplications.", ko: "가중치도 곱셈도 없습니다." },
  "no positions": {
    en: "One row of values: from here on there are no positions.",
    ko: "값을 한 줄로 펼치므로 여기서부터는 위치가 없습니다.",
  },
  "sees everything": {
    en: "Each output depends on the whole input.",
    ko: "출력값 하나하나가 입력 전체를 봅니다.",
  },
  "symbol W": { en: "W: input size", ko: "W: 입력 크기" },
  "symbol O": { en: "O: output size", ko: "O: 출력 크기" },
  "symbol F": { en: "F: kernel size", ko: "F: 커널 크기" },
  "symbol R": { en: "R: reach of the dilated kernel", ko: "R: 팽창을 적용한 커널의 크기" },
  "symbol 2P": { en: "2P: zeros before + after", ko: "2P: 앞뒤 패딩의 합" },
  "symbol S": { en: "S: stride", ko: "S: 보폭(스트라이드)" },
  "symbol d": { en: "d: dilation", ko: "d: 팽창률" },
  "symbol D": { en: "D: input channels", ko: "D: 입력 채널 수" },
  "symbol K": { en: "K: filters", ko: "K: 필터 수" },
  "symbol G": { en: "G: groups", ko: "G: 그룹 수" },
  "symbol M": { en: "M: depth multiplier", ko: "M: 깊이 배수" },
  "symbol N": { en: "N: values in", ko: "N: 입력값 수" },
  "symbol U": { en: "U: values out", ko: "U: 출력값 수" },
  "symbol r": { en: "r: receptive field of what comes in", ko: "r: 앞 층까지의 수용 영역" },
  "symbol j": { en: "j: effective stride of what comes in", ko: "j: 앞 층까지의 누적 보폭" },
  "symbol _h": { en: "_h: height", ko: "_h: 높이" },
  "symbol _w": { en: "_w: width", ko: "_w: 너비" },

  // What can be typed.
  input: { en: "Input image", ko: "입력 이미지" },
  "input height": { en: "Height", ko: "높이" },
  "input width": { en: "Width", ko: "너비" },
  "input channels": { en: "Channels", ko: "채널 수" },
  kind: { en: "Kind of layer", ko: "층의 종류" },
  filters: { en: "Filters", ko: "필터 수" },
  units: { en: "Units", ko: "유닛 수" },
  kernel_size: { en: "Kernel", ko: "커널 크기" },
  pool_size: { en: "Window", ko: "창 크기" },
  strides: { en: "Stride", ko: "보폭" },
  padding: { en: "Padding", ko: "패딩" },
  dilation_rate: { en: "Dilation", ko: "팽창" },
  groups: { en: "Groups", ko: "그룹 수" },
  depth_multiplier: { en: "Outputs per channel", ko: "채널마다의 출력 수" },
  use_bias: { en: "Bias", ko: "편향" },
  edges: { en: "Rows and columns at the edges", ko: "가장자리의 행과 열" },
  "as the window": { en: "as the window", ko: "창과 같음" },
  "pair help": {
    en: "One number for both axes, or two: 3x5 is 3 high and 5 wide.",
    ko: "수 하나는 두 축에 함께 쓰입니다. 3x5처럼 둘을 쓰면 높이 3, 너비 5입니다.",
  },
  "edges help": {
    en: "One number; two: rows x columns; or four: top, bottom, left, right.",
    ko: "수 하나, 둘(행 x 열), 또는 넷(위, 아래, 왼쪽, 오른쪽).",
  },

  // What is answered.
  "answer line": { en: "{input} → {output}", ko: "{input} → {output}" },
  "answer params": { en: "parameters", ko: "매개변수" },
  "answer macs": { en: "MACs", ko: "MAC" },
  "answer field": { en: "receptive field", ko: "수용 영역" },
  everything: { en: "everything", ko: "전체" },
  "no answer": { en: "No answer yet.", ko: "아직 답이 없습니다." },
  "waits for input": { en: "waits for the input", ko: "입력을 고치면 나옵니다" },
  "waits for": { en: "waits for layer {number}", ko: "{number}번 층을 고치면 나옵니다" },
  drawing: {
    en: "A window of {kernel} on {size} positions (zeros around them: {zeros}). Its places, so the outputs: {output}.",
    ko: "{size}칸 위를 움직이는 크기 {kernel}의 창(둘레의 0은 {zeros}개). 창의 자리가 {output}곳이므로 출력도 {output}개입니다.",
  },
  "drawing key": {
    en: "Grey: the input, dashed: zeros around it. Each line below is a place of the window: blue is read, green comes out.",
    ko: "회색은 입력, 점선은 둘레의 0입니다. 아래 한 줄이 창의 자리 하나로, 파란 칸을 읽어 초록 칸이 나옵니다.",
  },
  "drawing extra": { en: "Orange: the extra zero.", ko: "주황은 하나 남는 0입니다." },
  "drawing unused": {
    en: "Crossed out: no window reaches it.",
    ko: "줄을 그은 칸에는 어떤 창도 닿지 않습니다.",
  },
  "along axis": { en: "Along the {axes}", ko: "{axes} 방향" },
  formulas: { en: "Formulas with the numbers", ko: "수를 넣은 공식" },

  // The stack.
  layers: { en: "Layers", ko: "층" },
  "column layer": { en: "Layer", ko: "층" },
  "column output": { en: "Output", ko: "출력" },
  "column params": { en: "Parameters", ko: "매개변수" },
  "column macs": { en: "MACs", ko: "MAC" },
  "column field": { en: "Receptive field", ko: "수용 영역" },
  "column change": { en: "Change", ko: "고치기" },
  total: { en: "Total", ko: "합계" },
  "total so far": { en: "Total so far", ko: "여기까지의 합계" },
  "edit layer": { en: "Layer {number}: {kind}", ko: "{number}번 층: {kind}" },
  "move up": { en: "Move layer {number} up", ko: "{number}번 층을 위로" },
  "move down": { en: "Move layer {number} down", ko: "{number}번 층을 아래로" },
  remove: { en: "Remove layer {number}", ko: "{number}번 층 빼기" },
  add: { en: "Add a layer", ko: "층 더하기" },
  "copy link": { en: "Copy the link", ko: "링크 복사" },
  copied: { en: "Copied.", ko: "복사했습니다." },
  "copy yourself": { en: "Copy this link:", ko: "이 링크를 복사하세요." },

  // What is wrong.
  "error whole": {
    en: "Expected a whole number from {least} to {most}. Received {value}.",
    ko: "{least}부터 {most}까지의 정수를 쓰세요. 지금 값: {value}.",
  },
  "error pair": {
    en: "Expected a whole number from 1 to {most}, or two such as 3x5. Received {value}.",
    ko: "1부터 {most}까지의 정수 하나, 또는 3x5처럼 둘을 쓰세요. 지금 값: {value}.",
  },
  "error edges": {
    en: "Expected one, two or four whole numbers, such as 1, 1x2 or 0,1,0,1. Received {value}.",
    ko: "정수를 하나, 둘, 또는 넷 쓰세요. 예: 1, 1x2, 0,1,0,1. 지금 값: {value}.",
  },
  nothing: { en: "nothing", ko: "없음" },
  "error too large": {
    en: "The window reaches over {reach} positions, but only {size} come in. Use a smaller window, an input of at least {reach}, or padding same.",
    ko: "창은 {reach}칸에 걸치는데 들어오는 것은 {size}칸뿐입니다. 창을 줄이거나, 입력을 {reach}칸 이상으로 하거나, 패딩을 same으로 하세요.",
  },
  "error groups": {
    en: "Groups must divide the {channels} input channels and the {filters} filters; {groups} does not. These do: {divisors}.",
    ko: "그룹 수는 입력 채널 {channels}개와 필터 {filters}개를 모두 나누어야 하는데 {groups}은(는) 그렇지 않습니다. 나누는 수: {divisors}.",
  },
  "error both": {
    en: "Keras refuses a stride and a dilation above 1 together. Set one of them to 1.",
    ko: "Keras는 1보다 큰 보폭과 팽창을 함께 받지 않습니다. 둘 가운데 하나를 1로 하세요.",
  },
  "error no image": {
    en: "{kind} needs rows and columns, but a row of values comes in. Move it before the layer that made one.",
    ko: "{kind}에는 행과 열이 필요한데 한 줄로 펼친 값이 들어옵니다. 펼치는 층 앞으로 옮기세요.",
  },
  "error cropped away": {
    en: "Nothing is left of {height} x {width}. Crop less, or use a larger input.",
    ko: "{height} x {width}에서 남는 것이 없습니다. 덜 자르거나 입력을 키우세요.",
  },
  "error too many": {
    en: "The count is larger than {most}, and the page counts no further. Use smaller numbers.",
    ko: "{most}보다 커서 더 세지 못합니다. 더 작은 수를 쓰세요.",
  },
  "error unknown": {
    en: "There is no formula for {kind} here. Choose another kind of layer.",
    ko: "{kind}의 공식이 여기에는 없습니다. 다른 층을 고르세요.",
  },
};

/** Give what says the sentences of a language. @param {Language} language @returns {Say} */
export function sayIn(language) {
  return (key, values = {}) =>
    SENTENCES[key][language].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}
