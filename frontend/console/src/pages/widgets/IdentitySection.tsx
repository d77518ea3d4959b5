import { ActionIcon, Alert, Button, Code, CopyButton, Group, Stack, Table, Text } from "@mantine/core";
import { IconLockOpen } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { call } from "../../http/api";
import { useDates } from "../../i18n/context";
import { usePhrases } from "../../i18n/phrases";
import { TextField } from "../../kit/fields";
import { kitWords } from "../../kit/words";
import { useProblemText } from "../../live/context";
import type { WidgetSettings } from "./settings";
import { words } from "./words";

/** The key with which the site's server signs who a visitor is: made here, shown once. */
export function IdentitySection(props: { site: string | null; hasSecret: boolean; settings: WidgetSettings; set: (part: Partial<WidgetSettings>) => void; fault?: string | undefined }) {
  const { say } = usePhrases(words);
  const kit = usePhrases(kitWords);
  const textOf = useProblemText();
  const [secret, setSecret] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const make = () => void call<{ secret: string }>("POST", `/api/widgets/${props.site}/secret`, {}).then((made) => setSecret(made.secret), (error: unknown) => setTrouble(textOf(error)));
  return (
    <Stack>
      <Text size="sm">{say("identity_about")}</Text>
      {secret && (
        <Alert title={say("secret_once")} data-testid="secret">
          <Group>
            <Code dir="ltr" style={{ overflowWrap: "anywhere" }}>{secret}</Code>
            <CopyButton value={secret}>{({ copied, copy }) => <Button size="xs" variant="default" onClick={copy}>{kit.say(copied ? "copied" : "copy")}</Button>}</CopyButton>
          </Group>
        </Alert>
      )}
      {trouble && <Alert color="red" role="alert">{trouble}</Alert>}
      {props.site && <Button size="xs" variant="default" onClick={make} style={{ alignSelf: "flex-start" }} data-testid="make-secret">{say(props.hasSecret || secret ? "secret_again" : "secret_make")}</Button>}
      <TextField label={say("identity_key")} hint={say("identity_key_hint")} rows={3} isCode value={props.settings.identity_key ?? ""} set={(key) => props.set({ identity_key: key.trim() === "" ? null : key })} error={props.fault} />
    </Stack>
  );
}

interface Block {
  id: string;
  visitor_name: string | null;
  has_address: boolean;
  reason: string;
  blocked_by: string | null;
  blocked_at: string;
  until: string | null;
}

/** Who may not write on this site now. */
export function BlockedSection(props: { site: string }) {
  const { say } = usePhrases(words);
  const dates = useDates();
  const textOf = useProblemText();
  const [blocks, setBlocks] = useState<Block[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    call<{ items: Block[] }>("GET", `/api/visitors/blocks?site=${props.site}`).then(({ items }) => setBlocks(items), (error: unknown) => setTrouble(textOf(error)));
  }, [props.site]);
  const lift = (id: string) => void call("DELETE", `/api/visitors/blocks/${id}`).then(() => setBlocks((all) => all?.filter((each) => each.id !== id) ?? null), (error: unknown) => setTrouble(textOf(error)));
  if (trouble) return <Alert color="red" role="alert">{trouble}</Alert>;
  if (!blocks || blocks.length === 0) return <Text size="sm" c="dimmed" data-testid="no-blocks">{blocks ? say("nobody_blocked") : "…"}</Text>;
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table>
        <Table.Tbody>
          {blocks.map((block) => (
            <Table.Tr key={block.id} data-testid="blocked">
              <Table.Td>
                <Text size="sm"><bdi>{block.visitor_name ?? say("nameless")}</bdi>{block.has_address && ` · ${say("with_address")}`}</Text>
                <Text size="xs" c="dimmed"><bdi>{block.reason}</bdi> · <bdi>{block.blocked_by}</bdi></Text>
                <Text size="xs" c="dimmed">{block.until ? say("until", { when: dates.full(block.until) }) : say("no_end")}</Text>
              </Table.Td>
              <Table.Td w={44}>
                <ActionIcon variant="default" aria-label={say("lift")} title={say("lift")} onClick={() => lift(block.id)} data-testid="lift"><IconLockOpen size={18} /></ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
