using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>What Twilio says became of our texts.</summary>
public sealed class StatusTests(ServiceFixture fixture)
{
    private const string Other = "ffffffffffffffffffffffffffffffff";

    [Fact]
    public async Task Status_moves_the_text_and_is_answered_with_nothing()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var text = await SentTextAsync(place);

        var answer = await place.Sender.PostToAsync(Target(text), TwilioSender.StatusFields("delivered"));
        await place.Sender.PostToAsync(Target(text), TwilioSender.StatusFields("sent"));

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
        var json = JsonSerializer.Serialize(
            TwilioSender.StatusFields("undelivered", "30005").ToDictionary(field => field.Name, field => field.Value));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        var target = $"{TwilioSender.StatusPath}?message={text}&attempt=1&bodySHA256={hash}";

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

        (await place.Sender.PostToAsync(
            Target(text),
            [.. TwilioSender.StatusFields("sent").Where(field => field.Name != "MessageStatus")])).Is(204);

        Assert.Equal(["sent"], await StateAsync(place, text));
    }

    [Theory]
    [InlineData("?message=00000000-0000-7000-8000-000000000000&attempt=1")]
    [InlineData("?message=garbage&attempt=-1")]
    [InlineData("")]
    public async Task Status_of_a_text_that_is_not_ours_is_no_error(string query)
    {
        var place = await TextClinic.OpenAsync(fixture);

        (await place.Sender.PostToAsync(TwilioSender.StatusPath + query, TwilioSender.StatusFields("sent"))).Is(204);
    }

    [Theory]
    [InlineData("MessageStatus", "")]
    [InlineData("MessageSid", "")]
    [InlineData("MessageSid", "SM-1")]
    public async Task Status_that_says_nothing_is_no_error_and_moves_nothing(string field, string value)
    {
        var place = await TextClinic.OpenAsync(fixture);
        var text = await SentTextAsync(place);

        (await place.Sender.PostToAsync(
            Target(text),
            With(TwilioSender.StatusFields("sent"), field, value))).Is(204);

        Assert.Equal(["accepted"], await StateAsync(place, text));
    }

    [Fact]
    public async Task Status_that_is_not_signed_as_it_came_is_refused()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var (text, other) = (await SentTextAsync(place), await SentTextAsync(place));
        var target = Target(text);
        var fields = TwilioSender.StatusFields("failed", "30005");
        var signature = place.Sender.SignForm(fields, target: target);
        List<Answer> answers =
        [
            await SendAsync(target, fields, null),
            await SendAsync(target, fields, "garbage"),
            await SendAsync(target, fields, place.Sender.SignForm(fields, Other, target)),
            await SendAsync(Target(other), fields, signature),
            await SendAsync($"{TwilioSender.StatusPath}?message={text}&attempt=2", fields, signature),
            await SendAsync(TwilioSender.StatusPath, fields, signature),
            await SendAsync(target, TwilioSender.StatusFields("failed", "30006"), signature),
            await place.Sender.PostToAsync(target, With(fields, "AccountSid", $"AC{Other}")),
            await place.Sender.PostToAsync(target, With(fields, "From", "+15550100199")),
        ];

        Assert.All(answers, answer => Assert.Equal((403, ""), (answer.Status, answer.Text)));
        Assert.Equal(["accepted"], await StateAsync(place, text));
        Assert.Equal(["accepted"], await StateAsync(place, other));

        Task<Answer> SendAsync(string to, List<(string Name, string Value)> what, string? by) =>
            place.Sender.SendAsync(to, TwilioSender.Encode(what), TwilioSender.FormType, by);
    }

    private static string Target(Guid text) => $"{TwilioSender.StatusPath}?message={text}&attempt=1";

    private static List<(string Name, string Value)> With(
        IEnumerable<(string Name, string Value)> fields, string field, string value) =>
        [.. fields.Select(one => one.Name == field ? (field, value) : one)];

    /// <summary>A text that Twilio has.</summary>
    private static async Task<Guid> SentTextAsync(TextClinic place)
    {
        await place.EnrolAsync();
        return Assert.Single(await place.Clinic.QueryAsync<Guid>("""
            INSERT INTO outbox (
                account_id, member_id, class, template, phone_ciphertext, phone_key_id, phone_hash, state, fence,
                provider, attempted_at)
            SELECT account_id, id, 'message', 'please_call', phone_ciphertext, phone_key_id, phone_hash, 'accepted', 1,
                'twilio', now()
            FROM members WHERE account_id = $1 ORDER BY id DESC LIMIT 1
            RETURNING id
            """));
    }

    private static Task<IReadOnlyList<string>> StateAsync(TextClinic place, Guid text) =>
        place.Clinic.QueryAsync<string>("SELECT state::text FROM outbox WHERE id = $1", text);
}
