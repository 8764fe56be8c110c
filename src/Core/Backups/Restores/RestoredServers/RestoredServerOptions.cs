namespace RecoveryOS.Core.Backups.Restores.RestoredServers;

/// <summary>How a restored server is run.</summary>
public sealed record RestoredServerOptions
{
    /// <summary>How long recovery may take until the target is reached and the server promoted.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Off: what is looked at does not change, and nothing competes with the checks.</summary>
    public bool Autovacuum { get; init; }

    /// <summary>
    /// Whether what is replayed and written survives a power cut. A scratch copy need not; what becomes the new primary
    /// must.
    /// </summary>
    public bool IsDurable { get; init; }

    /// <summary>Whether the server yields to everything else on the machine.</summary>
    public bool IsBackground { get; init; }

    /// <summary>
    /// A role that may do everything in the restored cluster, such as the one that took the backup; null: looked for.
    /// </summary>
    public string? Superuser { get; init; }

    /// <summary>
    /// Preloaded libraries that act by themselves: they would run jobs on the copy, or call out of it.
    /// </summary>
    public IReadOnlyCollection<string> StrippedLibraries { get; init; } =
    [
        "pg_cron", "pg_net", "pg_partman_bgw", "pglogical", "bdr", "pg_timetable", "pgl_ddl_deploy", "powa",
        "pg_background",
    ];

    /// <summary>Settings for the command line, which override everything else that the server was given.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
