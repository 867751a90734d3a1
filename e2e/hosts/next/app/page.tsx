// A server component that renders a client component, which passes functions to the widget.
import { Panel } from "./Panel";

export default function Page() {
  return (
    <main>
      <Panel />
    </main>
  );
}
