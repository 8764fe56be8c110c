using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>What Twilio did not send, or not to us: 403, nothing said, nothing done.</summary>
public sealed class RefusedTextTests(ServiceFixture fixture)
{
    private const string Other = "ffffffffffffffffffffffffffffffff";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("garbage")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task Signature_that_is_missing_or_wrong_is_refused(string? signature) => await AssertRefusedAsync(
        (sender, fields) => sender.SendAsync(
            TwilioSender.Path, TwilioSender.Encode(fields), TwilioSender.FormType, signature));

    [Fact]
    public async Task Signature_of_another_token_is_refused() => await AssertRefusedAsync(
        (sender, fields) => sender.SendAsync(
            TwilioSender.Path, TwilioSender.Encode(fields), TwilioSender.FormType, sender.SignForm(fields, Other)));

    [Fact]
    public async Task Signature_of_another_URL_is_refused() => await AssertRefusedAsync(
        (sender, fields) => sender.SendAsync(
            TwilioSender.Path, TwilioSender.Encode(fields), TwilioSender.FormType,
            sender.SignForm(fields, target: "/")));

    [Fact]
    public async Task Two_signatures_are_refused() => await AssertRefusedAsync(
        (sender, fields) => sender.PostAsync(fields, ("X-Twilio-Signature", sender.SignForm(fields))));

    [Theory]
    [InlineData("AccountSid", "AC" + Other)]
    [InlineData("AccountSid", "")]
    [InlineData("To", "+15550100199")]
    [InlineData("To", "")]
    public async Task Text_for_somebody_else_is_refused_though_it_is_signed(string field, string value) =>
        await AssertRefusedAsync((sender, fields) => sender.PostAsync(
            [.. fields.Select(one => one.Name == field ? (field, value) : one)]));

    [Theory]
    [InlineData("X-Forwarded-Host", "staging.example")]
    [InlineData("X-Original-URL", "/webhooks/twilio/inbound")]
    public async Task Header_does_not_move_the_signed_URL(string header, string value) => await AssertRefusedAsync(
        (sender, fields) => sender.SendAsync(
            TwilioSender.Path, TwilioSender.Encode(fields), TwilioSender.FormType,
            TwilioSender.Sign("https://staging.example"), (header, value)));

    [Fact]
    public async Task JSON_without_its_hash_is_refused() => await AssertRefusedAsync(
        (sender, fields) => sender.SendAsync(
            TwilioSender.Path, Json(fields), "application/json",
            TwilioSender.Sign(sender.BaseUrl + TwilioSender.Path)));

    [Fact]
    public async Task JSON_with_the_hash_of_another_body_is_refused() => await AssertRefusedAsync(
        (sender, fields) => sender.PostJsonAsync(Json(fields), new string('0', 64)));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("")]
    public async Task Body_of_another_type_is_refused(string type) => await AssertRefusedAsync(
        (sender, fields) => sender.SendAsync(
            TwilioSender.Path, TwilioSender.Encode(fields), type, sender.SignForm(fields)));

    [Fact]
    public async Task Body_of_more_than_64_KiB_is_refused() => await AssertRefusedAsync(
        (sender, fields) => sender.PostAsync(
            [.. fields, ("Padding", new string('x', 70_000))]));

    [Theory]
    [InlineData("MessageSid", "SM-1")]
    [InlineData("MessageSid", "")]
    [InlineData("From", "")]
    public async Task Text_that_no_provider_sends_is_invalid(string field, string value)
    {
        var place = await TextClinic.OpenAsync(fixture);
        var fields = TwilioSender.Fields(TwilioSender.NewNumber(), "hello")
            .Select(one => one.Name == field ? (field, value) : one);

        (await place.Sender.PostAsync([.. fields])).Is(400, "validation");
    }

    private static string Json(IEnumerable<(string Name, string Value)> fields) =>
        System.Text.Json.JsonSerializer.Serialize(
            fields.ToDictionary(field => field.Name, field => field.Value));

    private async Task AssertRefusedAsync(Func<TwilioSender, List<(string Name, string Value)>, Task<Answer>> send)
    {
        var place = await TextClinic.OpenAsync(fixture);
        var member = await place.EnrolAsync();

        var answer = await send(place.Sender, TwilioSender.Fields(member.Number, "80 2 15 7.5 20"));

        Assert.Equal((403, ""), (answer.Status, answer.Text));
        Assert.NotNull(answer.Header("X-Request-Id"));
        Assert.Equal((0, 0), (await place.CountAsync("check_ins"), await place.CountAsync("inbound_texts")));
    }
}
