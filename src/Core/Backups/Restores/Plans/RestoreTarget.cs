using System.Globalization;
using RecoveryOS.Core.Backups.Wal;

namespace RecoveryOS.Core.Backups.Restores.Plans;

/// <summary>The point that a restore shall reach.</summary>
public sealed record RestoreTarget
{
    private RestoreTarget(RestoreTargetKind kind) => Kind = kind;

    /// <summary>As far as there is WAL.</summary>
    public static RestoreTarget Newest { get; } = new(RestoreTargetKind.Newest);

    public RestoreTargetKind Kind { get; }

    /// <summary>Set for <see cref="RestoreTargetKind.Time"/>.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>Set for <see cref="RestoreTargetKind.Lsn"/>.</summary>
    public Lsn? Lsn { get; private init; }

    /// <summary>Set for <see cref="RestoreTargetKind.Name"/>.</summary>
    public string? Name { get; private init; }

    /// <summary>Everything that was committed until then, that moment included.</summary>
    public static RestoreTarget ToTime(DateTimeOffset time) =>
        new(RestoreTargetKind.Time) { Time = time.ToUniversalTime() };

    /// <summary>The record that begins there, or the first one after it, included.</summary>
    public static RestoreTarget ToLsn(Lsn lsn) => new(RestoreTargetKind.Lsn) { Lsn = lsn };

    /// <summary>A point that was named with <c>pg_create_restore_point</c>.</summary>
    public static RestoreTarget ToName(string name) => new(RestoreTargetKind.Name) { Name = name };

    public override string ToString() => Kind switch
    {
        RestoreTargetKind.Time => Format(Time ?? default),
        RestoreTargetKind.Lsn => $"{Lsn}",
        RestoreTargetKind.Name => $"the restore point \"{Name}\"",
        _ => "the newest point",
    };

    /// <summary>To the microsecond, which is as fine as PostgreSQL's clock.</summary>
    internal static string Format(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}

public enum RestoreTargetKind
{
    Time,
    Lsn,
    Name,
    Newest,
}
