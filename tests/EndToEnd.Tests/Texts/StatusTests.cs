using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>What Twilio says became of our texts.</summary>
public sealed class StatusTests(ServiceFixture fixture)
{
    private const string Path = "/webhooks/twilio/status";
    private const string Other = "ffffffffffffffffffffffffffffffff";

    [Fact]
    public async Task Status_moves_the_text_and_is_answered_with_nothing()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var text = await SentTextAsync(place);

        var answer = await TellAsync(place, $"{Path}?message={text}&attempt=1", Fields("delivered"));
        await TellAsync(place, $"{Path}?message={text}&attempt=1", Fields("sent"));

        Assert.Equal((204, ""), (answer.Status, answer.Text));
        Assert.NotNull(answer.Header("X-Request-Id"));
        Assert.Equal(["delivered"], await StateAsync(place, text));
        Assert.Equal(["delivered", "sent"], await place.Clinic.QueryAsync<string>(
            "SELECT status FROM message_events WHERE message_id = $1 AND kind = 'callback' ORDER BY id", text));
    }

    [Fact]
    public async Task Status_may_come_as_JSON()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var text = await SentTextAsync(place);
        var json = JsonSerializer.Serialize(Fields("undelivered", "30005").ToDictionary(field => field.Name, field => field.Value));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        var target = $"{Path}?message={text}&attempt=1&bodySHA256={hash}";

        var answer = await place.Sender.SendAsync(
            target, json, "application/json", TwilioSender.Sign(place.Sender.BaseUrl + target));

        answer.Is(204);
        Assert.Equal(["undelivered"], await StateAsync(place, text));
    }

    [Fact]
    public async Task Status_under_its_older_name_counts()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var text = await SentTextAsync(place);

        (await TellAsync(
            place, $"{Path}?message={text}&attempt=1", [.. Fields("sent").Where(field => field.Name != "MessageStatus")])).Is(204);

        Assert.Equal(["sent"], await StateAsync(place, text));
    }

    [Theory]
    [InlineData("?message=00000000-0000-7000-8000-000000000000&attempt=1")]
    [InlineData("?message=garbage&attempt=-1")]
    [InlineData("")]
    public async Task Status_of_a_text_that_is_not_ours_is_no_error(string query)
    {
        var place = await TextClinic.OpenAsync(fixture);

        (await TellAsync(place, Path + query, Fields("sent"))).Is(204);
    }

    [Theory]
    [InlineData("MessageStatus", "")]
    [InlineData("MessageSid", "")]
    [InlineData("MessageSid", "SM-1")]
    public async Task Status_that_says_nothing_is_no_error_and_moves_nothing(string field, string value)
    {
        var place = await TextClinic.OpenAsync(fixture);
        var text = await SentTextAsync(place);

        (await TellAsync(
            place,
            $"{Path}?message={text}&attempt=1",
            [.. Fields("sent").Select(one => one.Name == field ? (field, value) : one)])).Is(204);

        Assert.Equal(["accepted"], await StateAsync(place, text));
    }

    [Fact]
    public async Task Status_that_is_not_signed_as_it_came_is_refused()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var (text, other) = (await SentTextAsync(place), await SentTextAsync(place));
        var target = $"{Path}?message={text}&attempt=1";
        var fields = Fields("failed", "30005");
        var signature = place.Sender.SignForm(fields, target: target);
        List<Answer> answers =
        [
            await SendAsync(target, fields, null),
            await SendAsync(target, fields, "garbage"),
            await SendAsync(target, fields, place.Sender.SignForm(fields, Other, target)),
            await SendAsync($"{Path}?message={other}&attempt=1", fields, signature),
            await SendAsync($"{Path}?message={text}&attempt=2", fields, signature),
            await SendAsync(Path, fields, signature),
            await SendAsync(target, Fields("failed", "30006"), signature),
            await TellAsync(place, target, [.. fields.Select(one => one.Name == "AccountSid" ? (one.Name, $"AC{Other}") : one)]),
            await TellAsync(place, target, [.. fields.Select(one => one.Name == "From" ? (one.Name, "+15550100199") : one)]),
        ];

        Assert.All(answers, answer => Assert.Equal((403, ""), (answer.Status, answer.Text)));
        Assert.Equal(["accepted"], await StateAsync(place, text));
        Assert.Equal(["accepted"], await StateAsync(place, other));

        Task<Answer> SendAsync(string to, List<(string Name, string Value)> what, string? by) =>
            place.Sender.SendAsync(to, TwilioSender.Encode(what), TwilioSender.FormType, by);
    }

    private static Task<Answer> TellAsync(TextClinic place, string target, List<(string Name, string Value)> fields) =>
        place.Sender.SendAsync(
            target, TwilioSender.Encode(fields), TwilioSender.FormType, place.Sender.SignForm(fields, target: target));

    private static List<(string Name, string Value)> Fields(string status, string? error = null)
    {
        var sid = TwilioSender.NewSid();
        List<(string, string)> fields =
        [
            ("MessageSid", sid), ("SmsSid", sid), ("MessageStatus", status), ("SmsStatus", status),
            ("AccountSid", Settings.TwilioAccount), ("From", Settings.TwilioNumber), ("To", "+15550100123"),
            ("ApiVersion", "2010-04-01"),
        ];
        return error is null ? fields : [.. fields, ("ErrorCode", error)];
    }

    /// <summary>A text that Twilio has.</summary>
    private static async Task<Guid> SentTextAsync(TextClinic place)
    {
        await place.EnrolAsync();
        return Assert.Single(await place.Clinic.QueryAsync<Guid>("""
            INSERT INTO outbox (
                account_id, member_id, class, template, phone_ciphertext, phone_key_id, phone_hash, state, fence, provider,
                attempted_at)
            SELECT account_id, id, 'message', 'please_call', phone_ciphertext, phone_key_id, phone_hash, 'accepted', 1,
                'twilio', now()
            FROM members WHERE account_id = $1 ORDER BY id DESC LIMIT 1
            RETURNING id
            """));
    }

    private static Task<IReadOnlyList<string>> StateAsync(TextClinic place, Guid text) =>
        place.Clinic.QueryAsync<string>("SELECT state::text FROM outbox WHERE id = $1", text);
}
