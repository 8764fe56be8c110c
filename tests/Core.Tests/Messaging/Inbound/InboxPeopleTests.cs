using RecoveryOS.Core.Messaging.Replies;
using RecoveryOS.Testing;

namespace RecoveryOS.Core.Tests.Messaging.Inbound;

/// <summary>Whose text it is: one member's, two members', nobody's.</summary>
public sealed class InboxPeopleTests(PostgresFixture postgres) : IAsyncLifetime
{
    private const string Stranger = "+15555550166";
    private const string Crisis = "I want to kill myself";

    private TextClinic? opened;

    private TextClinic Clinic => opened ?? throw new InvalidOperationException("not opened");

    public async ValueTask InitializeAsync() => opened = await TextClinic.OpenAsync(postgres);

    public ValueTask DisposeAsync() => Clinic.DisposeAsync();

    [Fact]
    public async Task Newest_of_two_members_with_one_number_checks_in()
    {
        await Clinic.EnrolAsync();
        var newest = await Clinic.EnrolAsync();

        await Clinic.TextAsync("80 2 15 7.5 20");

        Assert.Equal($"{newest}", await Clinic.ScalarAsync("SELECT member_id FROM check_ins"));
    }

    [Fact]
    public async Task Both_of_two_members_with_one_number_get_the_crisis_alert_and_the_on_call_texts_come_first()
    {
        Guid[] members = [await Clinic.EnrolAsync(), await Clinic.EnrolAsync()];
        await Clinic.SetOnCallAsync("+15555550177", "+15555550188");

        var result = await Clinic.TextAsync(Crisis);

        Assert.Equal(new("crisis", ReplyTexts.Find(ReplyName.Crisis, "en", "CA")), result);
        Assert.Equal(
            members.Select(member => $"{member} safety critical open").Order(),
            (await Clinic.QueryAsync("SELECT concat_ws(' ', member_id, kind, severity, status) FROM alerts")).Order());
        Assert.Equal(
            Enumerable.Repeat("crisis safety_alert", 4),
            await Clinic.QueryAsync("SELECT class || ' ' || template FROM outbox"));
    }

    [Fact]
    public async Task Crisis_that_is_denied_is_an_alert_of_less_urgency()
    {
        await Clinic.EnrolAsync();
        await Clinic.SetOnCallAsync("+15555550177");

        await Clinic.TextAsync("no i dont want to kill myself");

        Assert.Equal(["safety high"], await Clinic.QueryAsync("SELECT kind || ' ' || severity FROM alerts"));
        Assert.Equal(["alert"], await Clinic.QueryAsync("SELECT class FROM outbox"));
    }

    [Fact]
    public async Task Discharged_member_is_a_number_that_nobody_enrolled()
    {
        await Clinic.EnrolAsync();
        await Clinic.ExecuteAsync("UPDATE members SET state = 'discharged'");

        var result = await Clinic.TextAsync("80 2 15 7.5 20");

        Assert.Equal("unknown_number", result.Outcome);
        Assert.Equal("0", await Clinic.ScalarAsync("SELECT count(*) FROM check_ins"));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("too many texts")]
    public async Task Unknown_number_is_answered_once_a_day_and_neutrally(string body)
    {
        var neutral = ReplyTexts.Find(ReplyName.UnknownNumber, "en", "");
        List<string?> replies = [];
        for (var i = 0; i < 3; i++)
        {
            replies.Add((await Clinic.TextAsync(body, Stranger)).Reply);
        }

        await Clinic.ExecuteAsync("UPDATE unknown_numbers SET answered_on = current_date - 1");
        replies.Add((await Clinic.TextAsync(body, Stranger)).Reply);

        Assert.Equal([neutral, null, null, neutral], replies);
    }

    [Fact]
    public async Task No_row_holds_an_unknown_number_or_what_it_wrote()
    {
        foreach (var body in (string[])["canarybody hello", "STOP", "canarybody i want to die", "HELP", "START"])
        {
            await Clinic.TextAsync(body, Stranger);
        }

        await Clinic.EnrolAsync();
        await Clinic.TextAsync("canarybody long day");
        await Clinic.TextAsync("canarybody i want to die");

        Assert.Empty(await Clinic.FindAsync(Stranger[1..], "canarybody", TextClinic.Number[1..]));
        Assert.NotEmpty(await Clinic.FindAsync("unknown_number"));
        Assert.Equal("5", await Clinic.ScalarAsync("SELECT count(*) FROM inbound_texts WHERE body_ciphertext IS NULL"));
    }

    [Fact]
    public async Task What_a_member_wrote_opens_for_the_account_only()
    {
        var member = await Clinic.EnrolAsync();
        await Clinic.TextAsync("a long day");
        var account = Guid.Parse(await Clinic.ScalarAsync($"SELECT account_id FROM members WHERE id = '{member}'"));
        var sealedBody = Convert.FromHexString(
            await Clinic.ScalarAsync("SELECT encode(body_ciphertext, 'hex') FROM inbound_texts"));

        Assert.Equal("a long day", TextClinic.Cipher.OpenText(account, sealedBody, "k1"));
        Assert.ThrowsAny<System.Security.Cryptography.CryptographicException>(
            () => TextClinic.Cipher.OpenText(Guid.NewGuid(), sealedBody, "k1"));
    }

    [Fact]
    public async Task Opt_out_ledger_follows_the_texts_of_a_number()
    {
        await Clinic.EnrolAsync();
        List<(string?, string)> steps = [];
        foreach (var body in (string[])["STOP", "STOP", "80 2 15 7.5 20", Crisis, "HELP", "START", "80 2 15 7.5 20"])
        {
            var result = await Clinic.TextAsync(body);
            steps.Add((result.Reply, await Clinic.ScalarAsync("SELECT status FROM opt_outs")));
        }

        Assert.Equal(
            [
                (Say(ReplyName.StopConfirmed), "stopped"), (null, "stopped"), (null, "stopped"), (null, "stopped"),
                (Say(ReplyName.Help), "stopped"), (Say(ReplyName.StartConfirmed), "started"),
                (Say(ReplyName.CheckInReceived), "started"),
            ],
            steps);
        Assert.Equal("2", await Clinic.ScalarAsync("SELECT count(*) FROM check_ins"));
        Assert.Equal(["safety critical"], await Clinic.QueryAsync("SELECT kind || ' ' || severity FROM alerts"));
    }

    [Fact]
    public async Task Machine_that_texts_is_nobody_even_where_a_members_number_is_its_name()
    {
        await Clinic.EnrolAsync();

        Assert.Equal("unknown_number", (await Clinic.TextAsync("80 2 15 7.5 20", "12345")).Outcome);
        Assert.Equal("unknown_number", (await Clinic.TextAsync("80 2 15 7.5 20", "BANK")).Outcome);
    }

    [Theory]
    [InlineData("US", "en", "988")]
    [InlineData("CA", "fr", "9-8-8")]
    [InlineData("MX", "es", "911")]
    public async Task Crisis_is_answered_with_the_line_of_the_members_country_in_the_members_language(
        string country, string language, string line)
    {
        await Clinic.EnrolAsync(country: country, language: language);

        var result = await Clinic.TextAsync(Crisis);

        Assert.Equal(ReplyTexts.Find(ReplyName.Crisis, language, country), result.Reply);
        Assert.Contains(line, result.Reply, StringComparison.Ordinal);
    }

    private static string Say(ReplyName name) => ReplyTexts.Find(name, "en", "CA");
}
