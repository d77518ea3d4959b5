import { Alert, Group, Paper, Select, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { call, Problem } from "../../http/api";
import type { CustomerRecord } from "../../http/views";
import { useRegion } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { languages, type Language } from "../../i18n/words";
import { useFaultText } from "../../kit/faultText";
import { byId, useList } from "../../kit/list";
import { useFeed, useProblemText } from "../../live/context";
import type { Id } from "../../protocol";
import { placeholders, unknownIn } from "../work/answers";
import css from "./TextPreview.module.css";
import { words } from "./words";

/** Which names are filled in, and how to say what stands where there is none. */
export function PlaceholderHint() {
  const { say } = usePhrases(words);
  return (
    <Alert color="gray" variant="light">
      {say("text_hint", { names: placeholders.map((name) => `{${name}}`).join("  ") })} <Text size="sm" component="span">{say("fallback_hint", { example: "{customer.name|…}" })}</Text>
    </Alert>
  );
}

interface PreviewProps {
  texts: Partial<Record<Language, string>>;
  queueId: Id | null;
}

/** A text as a real customer would read it, in each of its languages. */
export function TextPreview(props: PreviewProps) {
  const { say } = usePhrases(words);
  const { me } = useFeed();
  const { language: own } = useRegion();
  const [chosen, setChosen] = useState<Language>(own);
  const [customerId, setCustomerId] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const [asked] = useDebouncedValue(typed.trim(), 250);
  const mayLook = me.permissions.includes("customer.read");
  const found = useList<CustomerRecord>(mayLook ? `/api/customers?limit=10${asked === "" ? "" : `&q=${encodeURIComponent(asked)}`}` : null, byId);
  const [known, setKnown] = useState<CustomerRecord | null>(null);
  const there = (["en", "ar", "fa"] as const).filter((one) => (props.texts[one] ?? "").trim() !== "");
  const locale = there.includes(chosen) ? chosen : there[0];
  const text = locale ? (props.texts[locale] ?? "") : "";
  const unknown = unknownIn(text);
  const shown = usePreview(unknown === null ? text : "", locale, customerId, props.queueId);
  if (!locale) return null;
  const options = known && !found.items.some(({ id }) => id === known.id) ? [known, ...found.items] : found.items;
  return (
    <Paper withBorder p="sm" data-testid="preview">
      <Group gap="xs" align="flex-end" mb="xs">
        <Text fw={600} size="sm" style={{ flex: 1 }}>{say("preview")}</Text>
        {there.length > 1 && (
          <Select size="xs" w={110} aria-label={say("languages")} value={locale} onChange={(value) => value && setChosen(value as Language)} allowDeselect={false}
            data={there.map((one) => ({ value: one, label: languages[one].name }))} data-testid="preview-language" />
        )}
        {mayLook && (
          <Select
            size="xs"
            w={180}
            aria-label={say("preview_customer")}
            placeholder={say("preview_customer")}
            searchable
            clearable
            filter={({ options: all }) => all}
            onSearchChange={setTyped}
            value={customerId}
            onChange={(value) => { setCustomerId(value); setKnown(options.find(({ id }) => id === value) ?? null); }}
            data={options.map(({ id, name }) => ({ value: id, label: name }))}
            data-testid="preview-customer"
          />
        )}
      </Group>
      {unknown !== null ? (
        <Text size="sm" c="red" role="alert">{say("unknown", { name: `{${unknown}}` })}</Text>
      ) : shown.fault === null ? <p className={css.text} lang={locale} data-testid="preview-text">{shown.text}</p> : <Text size="sm" c="red" role="alert">{shown.fault}</Text>}
    </Paper>
  );
}

function usePreview(text: string, locale: Language | undefined, customerId: string | null, queueId: Id | null): { text: string; fault: string | null } {
  const [asked] = useDebouncedValue(text, 300);
  const [shown, setShown] = useState<{ text: string; problem: Problem | null }>({ text: "", problem: null });
  const textOf = useProblemText();
  const faultText = useFaultText();
  useEffect(() => {
    if (!locale || asked.trim() === "") return;
    let isGone = false;
    call<{ text: string }>("POST", "/api/text-previews", { text: asked, locale, customer_id: customerId, queue_id: queueId }).then(
      (answer) => !isGone && setShown({ text: answer.text, problem: null }),
      (error: unknown) => {
        if (!isGone && error instanceof Problem) setShown({ text: "", problem: error });
      },
    );
    return () => void (isGone = true);
  }, [asked, locale, customerId, queueId]);
  if (shown.problem === null) return { text: shown.text, fault: null };
  const [first] = shown.problem.extra.errors ?? [];
  return { text: "", fault: first ? faultText({ type: first.type ?? "other", text: first.msg }) : textOf(shown.problem) };
}
