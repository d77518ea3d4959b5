import { Button, FileButton, Group, Image, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { usePhrases } from "../../i18n/phrases";
import { words } from "./words";

const mostBytes = 70_000;

/** A small picture, kept with the settings: no other host is asked for it. */
export function LogoField(props: { value: string; set: (value: string) => void; error?: string | undefined }) {
  const { say } = usePhrases(words);
  const [isLarge, setLarge] = useState(false);
  const choose = (file: File | null) => {
    if (!file) return;
    setLarge(file.size > mostBytes);
    if (file.size > mostBytes) return;
    const reader = new FileReader();
    reader.onload = () => props.set(String(reader.result));
    reader.readAsDataURL(file);
  };
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>{say("logo")}</Text>
      <Text size="xs" c="dimmed">{say("logo_hint")}</Text>
      <Group>
        {props.value !== "" && <Image src={props.value} alt={say("logo")} w={40} h={40} fit="contain" data-testid="logo" />}
        <FileButton accept="image/png,image/jpeg,image/webp" onChange={choose} inputProps={{ "data-testid": "logo-file" } as object}>
          {(button) => <Button {...button} variant="default" size="xs">{say("logo_choose")}</Button>}
        </FileButton>
        {props.value !== "" && <Button variant="subtle" size="xs" color="gray" onClick={() => props.set("")}>{say("logo_remove")}</Button>}
      </Group>
      {(isLarge || props.error) && <Text size="xs" c="red" role="alert">{isLarge ? say("logo_large") : props.error}</Text>}
    </Stack>
  );
}
