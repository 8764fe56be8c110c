using System.Text.RegularExpressions;
using RecoveryOS.Core.Backups.Restores.Plans;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores;

/// <summary>
/// A restored cluster's settings: what would reach out of it, or steer recovery, is put out of effect; what cannot hold
/// here is told. Each line that is changed stays in the file, as a comment.
/// </summary>
internal sealed partial class ClusterSettings(RestoreFolder folder)
{
    private const string Main = "postgresql.conf";
    private const string Automatic = "postgresql.auto.conf";
    private const string Prefix = "# before the restore: ";
    private const string RecoveryHead = "# recoveryos restore: the way to the target";
    private const string RecoveryFoot = "# recoveryos restore: end of the way";

    /// <summary>What no longer is as the backup held it.</summary>
    public static IReadOnlyList<string> Changed { get; } = [Main, "pg_hba.conf", "pg_ident.conf"];

    /// <summary>
    /// Put out of effect: they would archive into, follow, wait for or overwrite what belongs to another server.
    /// </summary>
    private static readonly HashSet<string> Harmful = new(StringComparer.OrdinalIgnoreCase)
    {
        "archive_mode", "archive_command", "archive_library", "archive_cleanup_command", "recovery_end_command",
        "restore_command", "primary_conninfo", "primary_slot_name", "promote_trigger_file", "synchronous_standby_names",
        "data_directory", "external_pid_file", "recovery_target", "recovery_target_name", "recovery_target_time",
        "recovery_target_xid", "recovery_target_lsn", "recovery_target_inclusive", "recovery_target_timeline",
        "recovery_target_action",
    };

    /// <summary>Told: they name things of the machine that the backup is from.</summary>
    private static readonly HashSet<string> OfTheMachine = new(StringComparer.OrdinalIgnoreCase)
    {
        "listen_addresses", "port", "unix_socket_directories", "hba_file", "ident_file", "ssl_cert_file",
        "ssl_key_file", "ssl_ca_file", "ssl_crl_file", "ssl_dh_params_file", "krb_server_keyfile", "log_directory",
        "stats_temp_directory", "shared_preload_libraries", "session_preload_libraries", "local_preload_libraries",
        "include", "include_dir", "include_if_exists", "ssl_passphrase_command", "dynamic_library_path",
    };

    /// <summary>
    /// Holds until the server is made the primary: nothing that it writes may go where the first one's went.
    /// </summary>
    private const string Safety = """
        # recoveryos restore: until this server takes the first one's place (ALTER SYSTEM RESET ...)
        archive_mode = 'off'
        synchronous_standby_names = ''
        primary_conninfo = ''
        primary_slot_name = ''

        """;

    /// <summary>Changes the files, and says what was changed or cannot hold.</summary>
    public async Task<IReadOnlyList<string>> ApplyAsync(RestorePlan plan, CancellationToken cancellationToken)
    {
        List<string> notes = [];
        foreach (var name in new[] { Main, Automatic })
        {
            if (File.Exists(folder.Inside(name)))
                await NeutraliseAsync(name, notes, cancellationToken);
        }

        await WriteMissingAsync(notes, cancellationToken);
        await File.AppendAllTextAsync(
            folder.Inside(Automatic), $"\n{Safety}{Recovery(plan)}", cancellationToken);
        await File.WriteAllTextAsync(folder.Inside("recovery.signal"), "", cancellationToken);
        return notes;
    }

    /// <summary>After promotion: what steered recovery is of no use any more.</summary>
    public static async Task DropRecoveryAsync(string dataFolder, ServerUser user, CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataFolder, Automatic);
        var cut = await user.RunAsync(
            ["sed", "-i", $"/^{RecoveryHead}$/,/^{RecoveryFoot}$/d", path], cancellationToken);
        if (cut.ExitCode != 0)
            throw new BackupException("recovery_failed", $"{path} can't be written: {cut.Reason}");
    }

    private async Task NeutraliseAsync(string name, List<string> notes, CancellationToken cancellationToken)
    {
        var path = folder.Inside(name);
        var lines = await File.ReadAllLinesAsync(path, cancellationToken);
        var isChanged = false;
        foreach (var (index, line) in lines.Index())
        {
            if (Setting().Match(line) is not { Success: true } match)
                continue;
            if (Harmful.Contains(match.Groups["name"].Value))
            {
                lines[index] = $"{Prefix}{line}";
                isChanged = true;
                notes.Add($"{name}: {match.Groups["name"].Value} was put out of effect.");
            }
            else if (OfTheMachine.Contains(match.Groups["name"].Value))
            {
                notes.Add($"{name}: check {line.Trim()} before it is started with its own settings.");
            }
        }

        if (isChanged)
            await File.WriteAllLinesAsync(path, lines, cancellationToken);
    }

    /// <summary>Debian keeps them in /etc/postgresql, which no base backup holds.</summary>
    private async Task WriteMissingAsync(List<string> notes, CancellationToken cancellationToken)
    {
        await WriteAsync(Main, "# Written by recoveryos restore: the backup held none.\n");
        await WriteAsync("pg_hba.conf", "# Written by recoveryos restore: the backup held none.\nlocal all all peer\n");
        await WriteAsync("pg_ident.conf", "# Written by recoveryos restore: the backup held none.\n");

        async Task WriteAsync(string name, string text)
        {
            if (File.Exists(folder.Inside(name)))
                return;
            await File.WriteAllTextAsync(folder.Inside(name), text, cancellationToken);
            notes.Add($"The backup holds no {name} (it lay outside the data folder): a minimal one was written.");
        }
    }

    private static string Recovery(RestorePlan plan) => $"""
        {RecoveryHead}
        restore_command = 'false'
        {plan.Recovery.Name} = {Quoted.Setting(plan.Recovery.Value)}
        recovery_target_inclusive = 'on'
        recovery_target_timeline = '{plan.Timeline}'
        recovery_target_action = 'promote'
        {RecoveryFoot}

        """;

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z_][A-Za-z0-9_.]*)(\s*=|\s+)\s*\S")]
    private static partial Regex Setting();
}
