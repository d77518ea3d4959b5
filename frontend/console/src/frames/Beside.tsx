import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { useSpeech } from "../i18n/context";
import { usePhrases } from "../i18n/phrases";
import { useFeed } from "../live/context";
import { ExtensionFrame, nameOf } from "./ExtensionFrame";
import type { Subject } from "./handshake";
import { words } from "./words";

/** What is ours, with a tab for each page of another system; without any there are no tabs. */
export function Beside(props: { place: "conversation" | "customer"; subject: Subject; children: ReactNode }) {
  const { language } = useSpeech();
  const { say } = usePhrases(words);
  const extensions = useFeed().extensions.filter(({ place }) => place === props.place);
  if (extensions.length === 0) return props.children;
  return (
    <Tabs defaultValue="own" keepMounted={false}>
      <Tabs.List mb="md" aria-label={say("tabs")}>
        <Tabs.Tab value="own" data-testid="tab-own">{say("customer")}</Tabs.Tab>
        {extensions.map((extension) => (
          <Tabs.Tab key={extension.id} value={extension.id} data-testid="tab-extension"><bdi>{nameOf(extension, language)}</bdi></Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="own">{props.children}</Tabs.Panel>
      {extensions.map((extension) => (
        <Tabs.Panel key={extension.id} value={extension.id}>
          <ExtensionFrame extension={extension} subject={props.subject} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
