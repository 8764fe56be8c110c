using System.Globalization;
using System.Text;
using RecoveryOS.Core.PostgresServers;

namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>
/// What a restored server is started with. Its own postgresql.conf and pg_hba.conf are not read at all, and the command
/// line overrides its postgresql.auto.conf: nothing that the backup holds can make it listen, archive, follow, wait or
/// run jobs.
/// </summary>
internal sealed class ScratchSettings(RestoredCluster cluster, RestoredServerOptions options, PostgresBinaries binaries)
{
    /// <summary>The arguments of <c>postgres</c>.</summary>
    /// <param name="folder">Holds the socket, and the files written by <see cref="WriteAsync"/>.</param>
    public IReadOnlyList<string> Arguments(string folder, IReadOnlyList<string> libraries)
    {
        Dictionary<string, string> settings = new()
        {
            ["config_file"] = Path.Combine(folder, "postgresql.conf"),
            ["hba_file"] = Path.Combine(folder, "pg_hba.conf"),
            ["ident_file"] = Path.Combine(folder, "pg_ident.conf"),
            ["external_pid_file"] = "",
            ["listen_addresses"] = "",
            ["unix_socket_directories"] = folder,
            ["unix_socket_permissions"] = "0700",
            ["port"] = RestoredServer.Port.ToString(CultureInfo.InvariantCulture),
            ["ssl"] = "off",
            ["archive_mode"] = "off",
            ["archive_command"] = "",
            ["archive_library"] = "",
            ["archive_cleanup_command"] = "",
            ["recovery_end_command"] = "",
            ["restore_command"] = "false",
            ["synchronous_standby_names"] = "",
            ["primary_conninfo"] = "",
            ["primary_slot_name"] = "",
            ["max_wal_senders"] = "0",
            ["max_logical_replication_workers"] = "0",
            ["shared_preload_libraries"] = string.Join(',', libraries),
            ["session_preload_libraries"] = "",
            ["local_preload_libraries"] = "",
            ["autovacuum"] = options.Autovacuum ? "on" : "off",
            ["default_transaction_read_only"] = "off",
            // Off: small settings do for a cluster that had large ones, and nobody asks before the target is reached.
            ["hot_standby"] = "off",
            ["jit"] = "off",
            // Once for all of what was unpacked, instead of file by file.
            ["recovery_init_sync_method"] = OperatingSystem.IsLinux() ? "syncfs" : "fsync",
            ["fsync"] = options.IsDurable ? "on" : "off",
            ["full_page_writes"] = options.IsDurable ? "on" : "off",
            ["synchronous_commit"] = options.IsDurable ? "on" : "off",
            ["logging_collector"] = "off",
            ["log_destination"] = "stderr",
            ["log_min_messages"] = "warning",
            ["log_line_prefix"] = "%m [%p] ",
            ["log_timezone"] = "UTC",
            ["timezone"] = "UTC",
            ["log_startup_progress_interval"] = "1s",
            ["log_statement"] = "none",
            ["lc_messages"] = "C",
            ["max_connections"] = "30",
            ["max_prepared_transactions"] = Setting("max_prepared_transactions", 30),
            ["max_locks_per_transaction"] = Setting("max_locks_per_transaction", 512),
            ["shared_buffers"] = "128MB",
            ["max_wal_size"] = "4GB",
            ["huge_pages"] = "off",
        };
        if (cluster.Plan.Base.Server.MajorVersion >= 17)
            settings["event_triggers"] = "off";
        foreach (var (name, value) in options.Settings)
            settings[name] = value;

        return
        [
            binaries["postgres"],
            "-D",
            cluster.Folder,
            .. settings.SelectMany(pair => new[] { "-c", $"{pair.Key}={pair.Value}" }),
        ];
    }

    /// <summary>Writes what the arguments name; whoever reaches the folder is who started the server.</summary>
    public static async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        await WriteAsync("postgresql.conf", "# All settings are on the command line.\n");
        await WriteAsync("pg_hba.conf", "local all all trust\n");
        await WriteAsync("pg_ident.conf", "");

        Task WriteAsync(string name, string text) =>
            File.WriteAllTextAsync(Path.Combine(folder, name), text, Encoding.ASCII, cancellationToken);
    }

    /// <summary>
    /// Which of the first server's libraries are loaded; those that are not are told in <paramref name="notes"/>.
    /// </summary>
    public async Task<IReadOnlyList<string>> LibrariesAsync(List<string> notes, CancellationToken cancellationToken)
    {
        var wanted = (cluster.Plan.Base.Server.Settings.GetValueOrDefault("shared_preload_libraries") ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => name.Trim('"'))
            .ToList();
        if (wanted.Count == 0)
            return [];

        var config = await ExternalCommand.RunAsync([binaries["pg_config"], "--pkglibdir"], cancellationToken);
        var folder = config.ExitCode == 0 ? config.Output.Trim() : null;
        if (folder is null)
            notes.Add($"No library was preloaded, since pg_config does not say where they are: {config.Reason}");
        List<string> loaded = [];
        foreach (var library in wanted)
        {
            var name = Path.GetFileName(library);
            if (options.StrippedLibraries.Contains(name))
                notes.Add($"The library {name} was not preloaded: it runs jobs by itself.");
            else if (folder is null || !File.Exists(Path.Combine(folder, $"{name}.so")))
                notes.Add($"The library {name} was not preloaded: it is not installed here.");
            else
                loaded.Add(name);
        }

        return loaded;
    }

    private string Setting(string name, int atLeast) =>
        int.TryParse(
            cluster.Plan.Base.Server.Settings.GetValueOrDefault(name), CultureInfo.InvariantCulture, out var value)
            ? Math.Max(value, atLeast).ToString(CultureInfo.InvariantCulture)
            : atLeast.ToString(CultureInfo.InvariantCulture);
}
