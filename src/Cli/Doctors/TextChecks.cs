using System.Globalization;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Messaging;
using RecoveryOS.Core.Messaging.Templates;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Cli.Doctors;

/// <summary>Whether texts are on their way as they should be.</summary>
internal static class TextChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("templates", TemplatesAsync),
        new("timers", TimersAsync),
        new("waiting-texts", WaitingAsync),
        new("unknown-texts", UnknownAsync),
        new("provider-circuits", CircuitsAsync),
    ];

    private static async Task<IReadOnlyList<Finding>> TemplatesAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        Dictionary<string, string> values = new() { ["date"] = "2026-09-30", ["time"] = "13:30" };
        var wrong =
            from name in MessageTemplates.Names
            from language in MessageTemplates.Languages
            let text = MessageTemplates.Render(name, language, "ZZ", values)
            where !Gsm7.IsGsm7(text) || Gsm7.Units(text) > Gsm7.SegmentUnits
            select $"{name} ({language})";
        if (wrong.FirstOrDefault() is { } first)
        {
            return [Finding.Problem(
                "templates", $"{first} is not one segment of GSM-7.", "Shorten it in templates.json.")];
        }

        var waiting = await examination.QueryAsync(
            "SELECT DISTINCT template::text FROM outbox WHERE state = 'queued'", row => row.GetString(0),
                cancellationToken);
        var unknown = waiting.Where(name => !CanRender(name, values)).ToList();
        return
        [
            unknown.Count == 0
                ? Finding.Ok("templates", $"Version {MessageTemplates.Version}.")
                : Finding.Problem(
                    "templates", $"Texts wait whose template this build does not have: {string.Join(", ", unknown)}.",
                    "Deploy the build that queued them."),
        ];
    }

    private static bool CanRender(string name, Dictionary<string, string> values)
    {
        try
        {
            return MessageTemplates.Render(name, "en", "US", values).Length > 0;
        }
        catch (UnknownTemplateException)
        {
            return false;
        }
    }

    private static async Task<IReadOnlyList<Finding>> TimersAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var runs = (await examination.Service<TimerRuns>().ListAsync(cancellationToken)).ToDictionary(run => run.Name);
        // One that is due each minute has not run in the first minute of a database's life.
        var isNew = (await examination.QueryAsync(
            "SELECT coalesce(max(applied_at) > now() - interval '5 minutes', false) FROM schema_migrations",
            row => row.GetBoolean(0),
            cancellationToken))[0];
        // Nor has one that is due once a week in the week in which backups began.
        var age = (await examination.QueryAsync(
            """
            SELECT now() - greatest(
                (SELECT max(applied_at) FROM schema_migrations), (SELECT min(started_at) FROM backup_runs))
            """,
            row => row.IsDBNull(0) ? TimeSpan.Zero : row.GetFieldValue<TimeSpan>(0),
            cancellationToken))[0];
        List<Finding> findings = [];
        foreach (var (name, patience) in TimerNames.Watched(examination.Options<BackupOptions>().IsConfigured))
        {
            var run = runs.GetValueOrDefault(name);
            var isYoung = isNew
                || (TimerNames.BackupPatience.ContainsKey(name) && run?.Since is null && age <= patience);
            if ((run?.Since is { } since && since <= patience) || (isYoung && run?.FailedAt is null))
            {
                continue;
            }

            var ago = run?.Since is { } last
                ? string.Create(CultureInfo.InvariantCulture, $"succeeded last {last.TotalMinutes:F0} min ago")
                : "has never succeeded";
            var isFailing = run?.FailedAt > (run?.SucceededAt ?? DateTime.MinValue);
            var failure = isFailing ? $"; it fails with {run?.Failure}" : "";
            findings.Add(Finding.Problem(
                "timers", $"{name} {ago}{failure}.",
                $"Is the service running? Look for timer_failed in its log, and at Schedules__{name}."));
        }

        return findings.Count > 0 ? findings : [Finding.Ok("timers",
            isNew ? "None has failed since the database was made." : "All have succeeded lately.")];
    }

    private static async Task<IReadOnlyList<Finding>> WaitingAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var (urgent, others) = (await examination.QueryAsync(
            """
            SELECT count(*) FILTER (WHERE class IN ('crisis', 'alert') AND due_at < now() - interval '2 minutes'),
                count(*) FILTER (WHERE class NOT IN ('crisis', 'alert') AND due_at < now() - interval '30 minutes')
            FROM outbox WHERE state = 'queued'
            """,
            row => (row.GetInt64(0), row.GetInt64(1)),
            cancellationToken))[0];
        return
        [
            urgent + others == 0
                ? Finding.Ok("waiting-texts", "None has waited too long.")
                : Finding.Problem(
                    "waiting-texts",
                    string.Create(CultureInfo.InvariantCulture,
                        $"{urgent} urgent and {others} other texts should have been sent already."),
                    "Look at the checks timers and provider-circuits: nobody sends, or nobody takes them."),
        ];
    }

    private static async Task<IReadOnlyList<Finding>> UnknownAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var count = (await examination.QueryAsync(
            "SELECT count(*) FROM outbox WHERE state = 'unknown' AND state_at < now() - interval '15 minutes'",
            row => row.GetInt64(0),
            cancellationToken))[0];
        return
        [
            count == 0
                ? Finding.Ok("unknown-texts", "None has stayed so for a quarter of an hour.")
                : Finding.Problem(
                    "unknown-texts",
                    string.Create(CultureInfo.InvariantCulture,
                        $"{count} texts were perhaps sent, and for 15 min nobody could ask the provider."),
                    "Let the service reach the provider's API; the timer ReconcileMessages then settles them."),
        ];
    }

    private static async Task<IReadOnlyList<Finding>> CircuitsAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var open = await examination.QueryAsync(
            "SELECT name::text FROM text_providers WHERE open_until > now() ORDER BY name",
            row => row.GetString(0),
            cancellationToken);
        return
        [
            open.Count == 0
                ? Finding.Ok("provider-circuits", "None is open.")
                : Finding.Problem(
                    "provider-circuits", $"Texts do not go by {string.Join(", ", open)}, which keeps failing.",
                    "Look at the provider's status page and at message_events; it is tried again by itself."),
        ];
    }
}
