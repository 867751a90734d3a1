// A lower bound: reads the body with a default reader and ignores it.
const refresh = async () => {
  const response = await fetch("api/DescribeBatchTask?BatchId=pcb-bench");
  const reader = response.body.getReader();
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return length;
    length += value.byteLength;
  }
};

window.bench = { refresh };
await refresh();
