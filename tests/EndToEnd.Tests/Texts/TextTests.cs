using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

public sealed class TextTests(ServiceFixture fixture)
{
    [Theory]
    [InlineData("CA", "en", "80 2 15 7.5 20", "Thank you for checking in today.")]
    [InlineData("MX", "es", "80; 2; 15; 7,5; 20", "Gracias por su registro de hoy.")]
    [InlineData("CA", "fr", "80/2/15/7,5/20", "Merci pour votre bilan du jour.")]
    public async Task Check_in_by_text_is_the_members_and_thanked_for(
        string country, string language, string body, string thanks)
    {
        var place = await TextClinic.OpenAsync(fixture);
        var member = await place.EnrolAsync(country, language);

        Assert.StartsWith(thanks, await member.SayAsync(body), StringComparison.Ordinal);

        var checkIn = Assert.Single((await place.Clinic.Member(member.Id).GetAsync(Clinic.CheckIns)).Is(200).Data);
        Assert.Equal(
            "80 2 15 7.5 20 sms",
            string.Join(' ', new[] { "adherence", "mood_trend", "cravings", "sleep_hours", "isolation", "channel" }
                .Select(name => checkIn.GetProperty(name).ToString())));
    }

    [Theory]
    [InlineData("en", "CHECKIN", "SKIP", "5 of 5", "2 of 5", "Thank you for checking in")]
    [InlineData("es", "REGISTRO", "SALTAR", "5 de 5", "2 de 5", "Gracias por su registro")]
    [InlineData("fr", "BILAN", "PASSER", "5 sur 5", "2 sur 5", "Merci pour votre bilan")]
    public async Task Guided_questions_are_asked_one_by_one_and_a_skipped_one_at_the_end(
        string language, string start, string skip, string fifth, string second, string thanks)
    {
        var place = await TextClinic.OpenAsync(fixture);
        var member = await place.EnrolAsync(language: language);
        List<string?> replies = [];
        foreach (var text in (string[])[start, "80", skip, "15", "7.5", "20", "2"])
            replies.Add(await member.SayAsync(text));

        Assert.StartsWith(fifth, replies[4], StringComparison.Ordinal);
        Assert.StartsWith(second, replies[5], StringComparison.Ordinal);
        Assert.StartsWith(thanks, replies[6], StringComparison.Ordinal);
        Assert.Equal(1, await place.CountAsync("check_ins"));
    }

    [Theory]
    [InlineData("US", "en", "I want to kill myself", "988")]
    [InlineData("MX", "es", "quiero morirme", "911")]
    [InlineData("CA", "fr", "je veux mourir", "9-8-8")]
    public async Task Crisis_is_answered_with_help_and_a_clinician_and_the_on_call_hear_of_it(
        string country, string language, string body, string line)
    {
        var place = await TextClinic.OpenAsync(fixture);
        var member = await place.EnrolAsync(country, language);
        await place.Clinic.CheckInAsync(member.Id, 0, 0, 75);
        (await place.Clinic.Clinician.PutAsync(Clinic.OnCall, Sample.OnCall("+15555550188", "+15555550199"))).Is(200);

        Assert.Contains(line, await member.SayAsync(body), StringComparison.Ordinal);

        var alert = (await place.Clinic.Clinician.GetAsync($"{Clinic.Alerts}?severity=critical")).Is(200).Data.Single();
        Assert.Equal(("safety", "open", true), (
            alert.GetProperty("kind").GetString(), alert.GetProperty("status").GetString(), alert.IsOf(member.Id)));
        Assert.Equal(
            ["crisis safety_alert", "crisis safety_alert"],
            await place.Clinic.QueryAsync<string>(
                "SELECT class || ' ' || template FROM outbox WHERE account_id = $1 AND class = 'crisis' ORDER BY id"));
    }

    [Fact]
    public async Task Two_hundred_copies_of_one_webhook_are_one_check_in_and_one_reply()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var member = await place.EnrolAsync();
        var fields = TwilioSender.Fields(member.Number, "80 2 15 7.5 20");

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => place.Sender.PostAsync(fields)));

        Assert.Single(answers, answer => answer.Reply() is not null);
        Assert.Equal((1, 1), (await place.CountAsync("check_ins"), await place.CountAsync("inbound_texts")));
    }

    [Fact]
    public async Task Copy_at_the_fallback_URL_gets_the_reply_again_and_does_nothing_more()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var member = await place.EnrolAsync();
        var fields = TwilioSender.Fields(member.Number, "80 2 15 7.5 20");
        var first = await place.Sender.PostAsync(fields);

        var retry = await place.Sender.PostAsync(fields);
        var fallback = await place.Sender.PostAsync(
            [.. fields, ("ErrorCode", "11200"), ("ErrorUrl", place.Sender.BaseUrl + TwilioSender.Path)]);

        Assert.NotNull(first.Reply());
        Assert.Null(retry.Reply());
        Assert.Equal(first.Reply(), fallback.Reply());
        Assert.Equal(1, await place.CountAsync("check_ins"));
    }

    [Fact]
    public async Task Text_may_come_as_JSON()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var member = await place.EnrolAsync();
        var json = System.Text.Json.JsonSerializer.Serialize(
            TwilioSender.Fields(member.Number, "80 2 15 7.5 20")
                .ToDictionary(field => field.Name, field => field.Value));

        Assert.NotNull((await place.Sender.PostJsonAsync(json)).Reply());
        Assert.Equal(1, await place.CountAsync("check_ins"));
    }

    [Fact]
    public async Task Stop_ends_replies_and_start_brings_them_back()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var member = await place.EnrolAsync("US");
        List<bool> answered = [];
        string[] texts =
            ["STOP", "STOP", "80 2 15 7.5 20", "I want to kill myself", "HELP", "START", "80 2 15 7.5 20"];
        foreach (var text in texts)
            answered.Add(await member.SayAsync(text) is not null);

        Assert.Equal([true, false, false, false, true, true, true], answered);
        Assert.Equal(2, await place.CountAsync("check_ins"));
        Assert.Equal(1, await place.CountAsync("alerts"));
    }

    [Fact]
    public async Task Unknown_number_is_answered_once_and_kept_nowhere()
    {
        var place = await TextClinic.OpenAsync(fixture);
        var number = TwilioSender.NewNumber();

        var first = (await place.Sender.TextAsync(number, "hello")).Reply();
        var second = (await place.Sender.TextAsync(number, "hello again")).Reply();

        Assert.StartsWith("This number is for people who signed up", first, StringComparison.Ordinal);
        Assert.Null(second);
        Assert.Empty(await PlainRows.FindAsync(place.Clinic.Deployment.Database, number[1..]));
    }

    [Fact]
    public async Task Answer_has_the_security_headers_and_the_request_id()
    {
        var place = await TextClinic.OpenAsync(fixture);

        var answer = await place.Sender.PostAsync(
            TwilioSender.Fields(TwilioSender.NewNumber(), "hello"), ("X-Request-Id", "text-1"));

        Assert.NotNull(answer.Reply());
        Assert.Equal("text-1", answer.Header("X-Request-Id"));
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", answer.Header("X-Frame-Options"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.Equal("no-store", answer.Header("Cache-Control"));
        Assert.Equal("default-src 'none'", answer.Header("Content-Security-Policy"));
        Assert.Equal("max-age=31536000; includeSubDomains", answer.Header("Strict-Transport-Security"));
    }
}
