// A lower bound: reads the body with a BYOB reader into one reused buffer and ignores it.
const BUFFER_BYTES = 256 * 1024;

let buffer = new ArrayBuffer(BUFFER_BYTES);

const refresh = async () => {
  const response = await fetch("api/DescribeBatchTask?BatchId=pcb-bench");
  const reader = response.body.getReader({ mode: "byob" });
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    buffer = value.buffer;
    if (done) return length;
    length += value.byteLength;
  }
};

window.bench = { refresh };
await refresh();
