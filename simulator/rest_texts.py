"""Messages, their media, the account and its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aiohttp import web

from simulator.ground import Ground
from simulator.model import TwilioError
from simulator.render import Render, number_sid
from simulator.rest import API, form, happened, listed, matches
from simulator.settings import SimulatedNumber
from simulator.texts import Draft, Texts


@dataclass(frozen=True, slots=True)
class TextRoutes:
    ground: Ground
    texts: Texts
    render: Render

    def table(self) -> Iterator[web.RouteDef]:
        yield web.get(API + ".json", self.account)
        yield web.get(API + "/IncomingPhoneNumbers.json", self.numbers)
        yield web.get(API + "/IncomingPhoneNumbers/{sid}.json", self.number)
        yield web.post(API + "/IncomingPhoneNumbers/{sid}.json", self.change_number)
        yield web.post(API + "/Messages.json", self.send)
        yield web.get(API + "/Messages.json", self.messages)
        yield web.get(API + "/Messages/{sid}.json", self.message)
        yield web.delete(API + "/Messages/{sid}.json", self.forget)
        yield web.get(API + "/Messages/{sid}/Media.json", self.all_media)
        yield web.get(API + "/Messages/{sid}/Media/{media}.json", self.media)
        yield web.get(API + "/Messages/{sid}/Media/{media}", self.content)

    async def account(self, _request: web.Request) -> web.Response:
        return web.json_response(self.render.account())

    async def numbers(self, request: web.Request) -> web.Response:
        wanted = [n for n in self.ground.world.numbers.values() if matches(request, PhoneNumber=n.number)]
        return listed(request, "incoming_phone_numbers", wanted, self.render.number)

    async def number(self, request: web.Request) -> web.Response:
        return web.json_response(self.render.number(self._number(request)))

    async def change_number(self, request: web.Request) -> web.Response:
        """Point a number at other webhooks."""
        number, fields = self._number(request), await form(request)
        changed = SimulatedNumber(
            number=number.number,
            sms_url=fields.word("SmsUrl", number.sms_url),
            voice_url=fields.word("VoiceUrl", number.voice_url),
            status_url=fields.word("StatusCallback", number.status_url),
        )
        self.ground.world.numbers[number.number] = changed
        return web.json_response(self.render.number(changed))

    async def send(self, request: web.Request) -> web.Response:
        fields = await form(request)
        draft = Draft(
            sender=fields.word("From"),
            to=fields.word("To"),
            body=fields.word("Body"),
            media_urls=fields.words("MediaUrl"),
            status_callback=fields.word("StatusCallback"),
        )
        return web.json_response(self.render.text(self.texts.send(draft)), status=201)

    async def messages(self, request: web.Request) -> web.Response:
        found = [
            text
            for text in self.ground.world.texts.newest()
            if matches(request, To=text.to, From=text.sender) and happened(request, "DateSent", text.sent_at)
        ]
        return listed(request, "messages", found, self.render.text)

    async def message(self, request: web.Request) -> web.Response:
        return web.json_response(self.render.text(self.ground.world.texts.need(request.match_info["sid"])))

    async def forget(self, request: web.Request) -> web.Response:
        sid = self.ground.world.texts.need(request.match_info["sid"]).sid
        self.ground.world.texts.drop(sid)
        return web.Response(status=204)

    async def all_media(self, request: web.Request) -> web.Response:
        text = self.ground.world.texts.need(request.match_info["sid"])
        found = [media for media in map(self.ground.world.media.get, text.media) if media is not None]
        return listed(request, "media_list", found, self.render.media)

    async def media(self, request: web.Request) -> web.Response:
        return web.json_response(self.render.media(self.ground.world.media.need(request.match_info["media"])))

    async def content(self, request: web.Request) -> web.Response:
        """Send the reader on to where the bytes are, as Twilio does."""
        media = self.ground.world.media.need(request.match_info["media"])
        raise web.HTTPTemporaryRedirect(f"{self.ground.url}/media/{media.sid}")

    def _number(self, request: web.Request) -> SimulatedNumber:
        for number in self.ground.world.numbers.values():
            if number_sid(number.number) == request.match_info["sid"]:
                return number
        raise TwilioError(404, 20404, f"The requested resource {request.path} was not found")
