using Twilio.TwiML;

namespace FunctionsWorker.Tests.Twilio;

public sealed class MessagingResponseTests
{
    private const string Declaration = """<?xml version="1.0" encoding="utf-8"?>""";

    [Fact]
    public void Nothing_to_say_is_an_empty_response() =>
        Assert.Equal($"{Declaration}\n<Response></Response>", new MessagingResponse().ToString());

    [Fact]
    public void Message_is_an_element_of_the_response() => Assert.Equal(
        $"""
        {Declaration}
        <Response>
          <Message>Thank you &lt;3 &amp; ü</Message>
          <Message to="+14155552671" from="+15005550006" action="https://h.example/a" method="POST" statusCallback="https://h.example/s">Two</Message>
        </Response>
        """,
        new MessagingResponse()
            .Message("Thank you <3 & ü")
            .Message(
                "Two", "+14155552671", "+15005550006", new("https://h.example/a"), "POST", new("https://h.example/s"))
            .ToString());
}
