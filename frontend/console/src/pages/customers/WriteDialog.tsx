import { Alert, Button, Modal, Select, Stack, TagsInput, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconSend2 } from "@tabler/icons-react";
import { useState, type FormEvent } from "react";
import { writtenDirection } from "../../../../shared/direction";
import { newId } from "../../../../shared/outbox";
import { call } from "../../http/api";
import type { CustomerRecord, OutboundAccount } from "../../http/views";
import { useSpeech } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { byId, useList } from "../../kit/list";
import { kitWords } from "../../kit/words";
import { useCommand } from "../../live/context";
import { isTexting } from "../channels/kinds";
import { SegmentCount } from "../work/SegmentCount";
import { factWords } from "./factWords";
import { waysTo, type Way } from "./ways";

interface WriteDialogProps {
  customer: CustomerRecord;
  close: () => void;
  written: () => void;
}

/** Write to a customer first; the channel that they prefer is chosen already. */
export function WriteDialog(props: WriteDialogProps) {
  const { customer } = props;
  const { say } = usePhrases(factWords);
  const kit = usePhrases(kitWords);
  const accounts = useList<OutboundAccount>("/api/outbound-accounts", byId);
  const ways = waysTo(customer, accounts.items);
  return (
    <Modal opened onClose={props.close} title={say("write_title", { name: customer.name })} closeButtonProps={{ "aria-label": kit.say("close") }} size="lg">
      {ways.length > 0 ? (
        <WriteForm {...props} ways={ways} />
      ) : (
        !accounts.isBusy && <Alert color="yellow">{say(accounts.isFailed ? "failed" : "no_way")}</Alert>
      )}
    </Modal>
  );
}

function WriteForm(props: WriteDialogProps & { ways: Way[] }) {
  const { customer, ways } = props;
  const { say } = usePhrases(factWords);
  const speech = useSpeech();
  const { isBusy, run } = useCommand();
  const [chosen, setChosen] = useState(ways[0]!.key);
  const [subject, setSubject] = useState("");
  const [cc, setCc] = useState<string[]>([]);
  const [text, setText] = useState("");
  // The same letter again, after a lost answer, is the same letter.
  const [clientId] = useState(newId);
  const way = ways.find(({ key }) => key === chosen) ?? ways[0]!;
  const isMail = way.account.kind === "email";
  const label = (each: Way) => `${speech.sayAny("channel", each.account.kind, each.account.kind)} · \u2066${each.address}\u2069 · \u2068${each.account.name}\u2069`;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = {
      account_id: way.account.id,
      customer_id: customer.id,
      address: way.address,
      subject: isMail && subject.trim() !== "" ? subject.trim() : null,
      client_id: clientId,
      text: text.trim(),
      ...(isMail && cc.length > 0 ? { cc: cc.map((address) => ({ address })) } : {}),
    };
    if (!(await run(() => call("POST", "/api/interactions", body)))) return;
    notifications.show({ color: "teal", message: say("written") });
    props.written();
    props.close();
  };
  return (
    <form onSubmit={(event) => void submit(event)} data-testid="write-form">
      <Stack>
        <Select
          label={say("to")}
          data={ways.map((each) => ({ value: each.key, label: label(each) }))}
          value={way.key}
          onChange={(key) => key && setChosen(key)}
          allowDeselect={false}
          openOnFocus={false}
          data-testid="write-way"
        />
        {isMail && (
          <TagsInput label={say("cc")} description={say("cc_hint")} value={cc} onChange={(next) => setCc(next.map((each) => each.trim()).filter(Boolean))} splitChars={[",", ";", "،", "؛", " "]} acceptValueOnBlur dir="ltr" maxTags={20} data-testid="write-cc" />
        )}
        {isMail && (
          <TextInput label={say("subject")} value={subject} onChange={(event) => setSubject(event.currentTarget.value)} dir={writtenDirection(subject)} maxLength={500} data-testid="write-subject" />
        )}
        <Textarea label={say("text")} value={text} onChange={(event) => setText(event.currentTarget.value)} dir={writtenDirection(text)} autosize minRows={5} maxRows={14} data-autofocus data-testid="write-text" />
        {isTexting(way.account) && <SegmentCount text={text} />}
        <Button type="submit" loading={isBusy} disabled={text.trim() === ""} leftSection={<IconSend2 size={18} aria-hidden />} style={{ alignSelf: "flex-start" }} data-testid="write-send">{say("send")}</Button>
      </Stack>
    </form>
  );
}
