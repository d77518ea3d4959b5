import { Alert } from "@mantine/core";
import { call } from "../../http/api";
import { usePhrases } from "../../i18n/phrases";
import { languages } from "../../i18n/words";
import { useEditor } from "../../kit/editor";
import { ChoiceField, SwitchField, TextField } from "../../kit/fields";
import { Form } from "../../kit/Form";
import type { List } from "../../kit/list";
import { useFeed } from "../../live/context";
import { go } from "../../shell/route";
import { PlaceholderHint, TextPreview } from "../answers/TextPreview";
import type { Signature } from "./SignaturesPage";
import { words } from "./words";

const order = ["en", "ar", "fa"] as const;

export function SignatureForm(props: { signature: Signature | null; list: List<Signature>; reload: () => void }) {
  const { signature, list } = props;
  const { say } = usePhrases(words);
  const { me, queues } = useFeed();
  const mayShare = me.permissions.includes("answer.manage");
  const present = {
    whose: signature?.staff_id || !mayShare ? ("mine" as const) : ("of_queue" as const),
    queue_id: signature?.queue_id ?? null,
    texts: signature?.texts ?? {},
    is_active: signature?.is_active ?? true,
    version: signature?.version ?? 0,
  };
  const editor = useEditor(present, async ({ version, ...values }) => {
    const texts = Object.fromEntries(Object.entries(values.texts).filter(([, text]) => text.trim() !== ""));
    const body = { queue_id: values.whose === "of_queue" ? values.queue_id : null, texts, is_active: values.is_active };
    const saved = signature
      ? await call<Signature>("PUT", `/api/signatures/${signature.id}`, { ...body, version })
      : await call<Signature>("POST", "/api/signatures", body);
    list.put(saved);
    if (!signature) go("signatures", saved.id);
    return { version: saved.version };
  });
  const { values, set, fault } = editor;
  return (
    <Form editor={editor} reload={props.reload}>
      {mayShare && (
        <ChoiceField
          label={say("whose")}
          value={values.whose}
          set={(whose) => whose && set({ whose: whose as "mine" | "of_queue" })}
          options={(["of_queue", "mine"] as const).map((value) => ({ value, label: say(value) }))}
          isDisabled={signature !== null}
          testid="field-whose"
        />
      )}
      {values.whose === "of_queue" && (
        <ChoiceField
          label={say("queue")}
          value={values.queue_id}
          set={(queue_id) => set({ queue_id })}
          options={queues.map(({ id, name }) => ({ value: id, label: name }))}
          error={fault("queue_id")}
          isRequired
          isDisabled={signature !== null}
          testid="field-queue"
        />
      )}
      {values.whose === "mine" && fault("queue_id") && <Alert color="red" role="alert">{fault("queue_id")}</Alert>}
      {order.map((language) => (
        <TextField
          key={language}
          label={say("text", { language: languages[language].name })}
          value={values.texts[language] ?? ""}
          set={(text) => set({ texts: { ...values.texts, [language]: text } })}
          error={fault(`texts.${language}`)}
          rows={3}
          testid={`field-text-${language}`}
        />
      ))}
      {fault("texts") && <Alert color="red" role="alert">{fault("texts")}</Alert>}
      <PlaceholderHint />
      <TextPreview texts={values.texts} queueId={values.queue_id} />
      <SwitchField label={say("is_active")} value={values.is_active} set={(is_active) => set({ is_active })} testid="field-active" />
    </Form>
  );
}
