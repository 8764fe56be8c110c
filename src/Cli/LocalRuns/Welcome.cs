namespace RecoveryOS.Cli.LocalRuns;

/// <summary>What a local run says when it is ready: where it is, and three commands that work when pasted.</summary>
internal static class Welcome
{
    private const string Headers = """-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'""";

    private const string Member = """
        {"display_code":"R-001","timezone":"America/Toronto","phone":"+14165550123","country":"CA","language":"en"}
        """;

    private const string CheckIn = """
        {"member_id":"'$MEMBER'","adherence":80,"mood_trend":-2,"cravings":30,"sleep_hours":6,"isolation":40}
        """;

    /// <summary>Shows an answer, and takes the first id out of it.</summary>
    private const string TakeId = """tee /dev/stderr | grep -o '"id":"[^"]*"' | cut -d'"' -f4""";
    /// <param name="simulators">Who takes texts; null: Twilio.</param>
    /// <param name="walRefusal">Why WAL is not received; null: it is.</param>
    public static string Text(
        LocalRun run, string url, Guid accountId, SimulatorAddresses? simulators, string? walRefusal = null)
    {
        var token = $"{Installation.Script} token --role clinician{Data(run)}";

        return $$"""

            RecoveryOS is ready: {{url}}
            Account: {{accountId}}
            Log: {{run.ServiceLog}}
            Texts: {{Carrier(simulators)}}
            Backups: {{Backups(run, walRefusal)}}

            1. Get a token (it is good for an hour)
            TOKEN=$({{token}})

            2. Enrol a member
            MEMBER=$(curl -sS {{url}}/v1/members {{Headers}} -d '{{Member}}' | {{TakeId}})

            3. Check in
            curl -sS {{url}}/v1/check-ins {{Headers}} -d '{{CheckIn}}'

            Ctrl-C stops it; the data stays in {{run.Folder}}
            """;
    }

    private static string Carrier(SimulatorAddresses? simulators) => simulators is null
        ? "sent by Twilio, to real phones: the environment names an account"
        : "taken by a simulator of Twilio, none leaves this machine; see "
            + $"{new Uri(simulators.Twilio, "/simulator/messages")}";

    private static string Backups(LocalRun run, string? walRefusal)
    {
        var place = BackupSettings.IsGiven ? "where Backups__Store__Url says" : $"kept in {run.BackupStoreFolder}";
        return walRefusal is null
            ? $"{place}; the first is taken within a minute, and every change is kept from then on"
            : $"{place}; the first is taken within a minute. Changes after a backup are not kept: {walRefusal}";
    }

    private static string Data(LocalRun run) =>
        run.Folder == LocalRun.DefaultFolder ? "" : $" --data {Installation.ShellWord(run.Folder)}";
}
