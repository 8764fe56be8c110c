using System.Text;
using RecoveryOS.EndToEnd.Tests.Faults;
using RecoveryOS.EndToEnd.Tests.Service;

namespace RecoveryOS.EndToEnd.Tests.Texts;

/// <summary>
/// A number and a body that nobody else has, on every path that a text can take: they are found nowhere after.
/// </summary>
[Collection(FaultCollection.Name)]
public sealed class TextCanaryTests
{
    private const string Member = "+15559871234";
    private const string Stranger = "+15559874321";
    private const string Word = "canarybody";

    private static readonly string[] Canaries = [Member[1..], Stranger[1..], Word];

    [Fact]
    public async Task Number_and_body_are_in_no_log_no_file_and_no_plain_column()
    {
        await using var ward = await Ward.OpenAsync(("Schedules__DrainSpool", "* * * * * *"));
        var deployment = ward.Service.Deployment;
        var place = new TextClinic(await deployment.OpenClinicAsync());
        await place.EnrolAsync(number: Member);

        await SendAllAsync(place.Sender, [200]);
        await SendRefusedAsync(place.Sender);
        foreach (var (state, status) in new[] { ("XX000", 500), ("57P01", 200) })
        {
            await BreakAsync(deployment, state);
            await SendAllAsync(place.Sender, [status]);
        }

        var spooled = await ReadSpoolAsync(ward.Service);
        await ExecuteAsync(deployment, "DROP TRIGGER quote_row ON inbound_texts");
        await WaitForDrainAsync(ward.Service);
        await ward.Postgres.KillAsync(TestContext.Current.CancellationToken);
        await SendAllAsync(place.Sender, [200]);
        spooled += await ReadSpoolAsync(ward.Service);
        await ward.Postgres.StartAsync(TestContext.Current.CancellationToken);
        await WaitForDrainAsync(ward.Service);
        deployment.Database.Clear();

        Assert.Empty(await PlainRows.FindAsync(deployment.Database, Canaries));
        Assert.NotEmpty(await PlainRows.FindAsync(deployment.Database, "unparsed"));
        AssertSilent(spooled);
        ward.Service.Terminate();
        Assert.Equal(0, await ward.Service.WaitForExitAsync());
        AssertSilent(string.Join('\n', [.. ward.Service.Output, .. ward.Service.Errors]));
        Assert.All(
            ["text_processed", "webhook_refused", "request_failed", "spool_drained"],
            name => Assert.Contains(ward.Service.Output, line => line.Contains(name, StringComparison.Ordinal)));
    }

    private static void AssertSilent(string text)
    {
        Assert.NotEmpty(text);
        Assert.All(Canaries, canary => Assert.DoesNotContain(canary, text, StringComparison.OrdinalIgnoreCase));
    }

    private static async Task SendAllAsync(TwilioSender sender, int[] statuses)
    {
        foreach (var from in (string[])[Member, Stranger])
        {
            string[] bodies =
                [$"{Word} long day", $"{Word} i want to die", $"stop texting me {Word}", $"mood 2 {Word}"];
            foreach (var body in bodies)
                Assert.Contains((await sender.TextAsync(from, body)).Status, statuses);
        }
    }

    private static async Task SendRefusedAsync(TwilioSender sender)
    {
        var fields = TwilioSender.Fields(Member, Word);
        var form = TwilioSender.Encode(fields);
        (await sender.SendAsync($"{TwilioSender.Path}?{Word}={Member}", form, TwilioSender.FormType, $"{Word}{Member}"))
            .Is(403);
        (await sender.SendAsync(TwilioSender.Path, form, $"text/{Word}", Word, ("X-Request-Id", $"{Word} {Member}")))
            .Is(403);
        (await sender.SendAsync(TwilioSender.Path, $"{{\"{Word}\":", "application/json", Word)).Is(403);
        (await sender.SendAsync($"{TwilioSender.Path}/{Word}", form, TwilioSender.FormType, null)).Is(404);
        (await sender.PostAsync([.. fields, ("Body", $"{Word} once more")])).Is(400);
        (await sender.PostAsync(TwilioSender.Fields(Member, Word, sid: $"{Word}-{Member}"))).Is(400);
        (await sender.PostJsonAsync($"{{\"From\":\"{Member}\",\"Body\":\"{Word}\"")).Is(403);
    }

    /// <summary>From now on each text fails with an error whose text quotes the whole row.</summary>
    private static Task BreakAsync(Deployment deployment, string sqlState) => ExecuteAsync(deployment, $"""
        CREATE OR REPLACE FUNCTION quote_row() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'row % {Word}', NEW USING ERRCODE = '{sqlState}', DETAIL = '{Member}', HINT = NEW::text;
        END $$;
        CREATE OR REPLACE TRIGGER quote_row BEFORE INSERT ON inbound_texts FOR EACH ROW EXECUTE FUNCTION quote_row();
        """);

    private static async Task ExecuteAsync(Deployment deployment, string sql)
    {
        await using var command = deployment.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> ReadSpoolAsync(LocalService service)
    {
        var files = Directory.GetFiles(service.SpoolFolder, "*.text");
        Assert.NotEmpty(files);
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.AppendLine(file)
                .AppendLine(
                    Encoding.Latin1.GetString(
                        await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
        }

        return text.ToString();
    }

    private static Task WaitForDrainAsync(LocalService service) => Poll.UntilAsync(
        () => Task.FromResult(Directory.GetFiles(service.SpoolFolder, "*.text").Length == 0),
        "the spool is empty",
        TimeSpan.FromSeconds(60));
}
