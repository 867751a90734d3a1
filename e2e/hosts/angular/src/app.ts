import { CUSTOM_ELEMENTS_SCHEMA, ApplicationRef, Component, inject, signal } from "@angular/core";
import type { BatchTaskErrorDetail, BatchTaskFinishDetail, BatchTaskUpdateDetail } from "batch-task-widget";

type Changes = Parameters<Host["set"]>[0];

@Component({
  selector: "host-app",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    @if (isShown()) {
      <batch-task-widget
        endpoint="/api/DescribeBatchTask"
        [batchId]="state().batchId"
        [interval]="600"
        [filter]="state().filter"
        [theme]="state().theme"
        [headers]="headers"
        [compact]="false"
        (batch-task-update)="onUpdate($event)"
        (batch-task-finish)="onFinish($event)"
        (batch-task-error)="onError($event)"
      >
        Loading…
      </batch-task-widget>
    } @else {
      <p>nothing here</p>
    }
  `,
})
export class App {
  readonly isShown = signal(true);
  readonly state = signal<Required<Changes>>({ batchId: "pcb-demo", filter: "", theme: "light" });
  readonly headers = () => ({ Authorization: "Bearer t0ken" });
  readonly #heard: string[] = [];

  constructor() {
    const application = inject(ApplicationRef);
    window.host = {
      heard: this.#heard,
      show: async (isShown) => {
        this.isShown.set(isShown);
        application.tick();
      },
      set: async (changes) => {
        this.state.update((state) => ({ ...state, ...changes }));
        application.tick();
      },
    };
  }

  onUpdate({ detail }: CustomEvent<BatchTaskUpdateDetail>): void {
    this.#heard.push(`update ${detail.task.Status}`);
  }

  onFinish({ detail }: CustomEvent<BatchTaskFinishDetail>): void {
    this.#heard.push(`finish ${detail.task.Status}`);
  }

  onError({ detail }: CustomEvent<BatchTaskErrorDetail>): void {
    this.#heard.push(`error ${detail.class}`);
  }
}
