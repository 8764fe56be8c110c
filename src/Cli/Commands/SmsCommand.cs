using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Cli.Texts;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Cli.Commands;

internal static partial class SmsCommand
{
    public static Command Create()
    {
        var from = new Argument<string>("FROM") { Description = "Whose text it is: a number as +15555550123" };
        from.Validators.Add(result =>
        {
            if (!PhoneNumber.TryParse(result.GetValueOrDefault<string>(), out _))
                result.AddError("FROM is a number such as +15555550123.");
        });
        var body = new Argument<string>("BODY") { Description = "What it says; after -- when it begins with a minus" };
        var sid = new Option<string?>("--sid")
        {
            Description = "The text's id, SM and 32 hex digits; "
                + "the same again is a copy of the text [default: a new one]",
            HelpName = "SID",
        };
        sid.Validators.Add(result =>
        {
            if (!Sid().IsMatch(result.GetValueOrDefault<string>() ?? ""))
                result.AddError("--sid is SM and 32 hex digits.");
        });
        var command = new ExampleCommand(
            "sms",
            "Send a text to the local run as Twilio would, and show the reply and the texts that it caused.",
            "./recoveryos sms +15555550123 \"80 2 15 7.5 20\"",
            "./recoveryos sms +15555550123 CHECKIN",
            "./recoveryos sms +15555550123 HELP --sid SM00000000000000000000000000000001")
        {
            from, body, sid,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var number = parsed.GetRequiredValue(from);
            var text = TwilioWebhook.Write(number, parsed.GetRequiredValue(body));
            await SendAsync(
                parsed.LocalRun(), parsed.GetValue(sid) is { } own ? text with { Sid = own } : text, cancellationToken);
            return 0;
        });

        return command;
    }

    private static async Task SendAsync(LocalRun run, InboundText text, CancellationToken cancellationToken)
    {
        using var twilio = TwilioWebhook.Connect(run);
        await using var dataSource = DatabaseOption.Open(run.RunningDatabase());
        var cipher = EncryptionKeys.Ensure(run).Cipher();
        var outbox = await IfThereAsync(() => OutboxWatch.StartAsync(dataSource, cipher, cancellationToken));

        var replies = await twilio.SendAsync(text, cancellationToken);

        var output = Console.Out;
        await output.WriteLineAsync($"Text: {text.Sid}");
        foreach (var reply in replies)
            await output.WriteLineAsync($"Reply: {reply}");
        if (replies.Count == 0)
            await output.WriteLineAsync("no reply");
        var entries = outbox is null ? null : await IfThereAsync(() => outbox.ListAsync(cancellationToken));
        foreach (var line in entries is null ? ["Outbox: not known, the database does not answer"] : Lines(entries))
            await output.WriteLineAsync(line);
    }

    /// <summary>Null while the database is away: texts are taken then too.</summary>
    private static async Task<T?> IfThereAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (NpgsqlException exception) when (exception is not PostgresException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Lines(IReadOnlyList<OutboxEntry> entries)
    {
        if (entries.Count == 0)
            return ["Outbox: nothing"];

        var width = entries.Max(entry => Math.Max(entry.Template.Length, "template".Length));
        return
        [
            "Outbox:",
            Line("id", "class", "template", "to", "due"),
            .. entries.Select(entry => Line(
                $"{entry.Id}", entry.Class, entry.Template, $"…{entry.Recipient}",
                entry.DueAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture))),
        ];

        string Line(string id, string kind, string template, string to, string due) =>
            $"  {id,-36}  {kind,-9}  {template.PadRight(width)}  {to,-5}  {due}";
    }

    [GeneratedRegex("^SM[0-9a-fA-F]{32}$")]
    private static partial Regex Sid();
}
