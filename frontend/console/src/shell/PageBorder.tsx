import { Button, Text } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useSpeech } from "../i18n/context";

/** A page that breaks, or whose code is gone since an update, takes nothing else with it: offers still come. */
export class PageBorder extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true };
  }

  override render(): ReactNode {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { say } = useSpeech();
  return (
    <div role="alert" style={{ display: "grid", placeContent: "center", justifyItems: "center", gap: 12, height: "100%" }}>
      <Text>{say("nav.broken")}</Text>
      <Button variant="default" onClick={() => window.location.reload()}>{say("common.retry")}</Button>
    </div>
  );
}
