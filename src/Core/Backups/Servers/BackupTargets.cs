using Microsoft.Extensions.Options;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Servers;

/// <summary>The servers that are backed up.</summary>
public sealed class BackupTargets(IOptions<BackupOptions> options, IOptions<DatabaseOptions> database)
{
    /// <summary>What the service's own database is called where no targets are configured.</summary>
    public const string OwnName = "recoveryos";

    /// <summary>Empty only where no store is configured.</summary>
    public IReadOnlyList<TargetServer> All { get; } = !options.Value.IsConfigured ? []
        : options.Value.Targets.Count > 0 ? [.. options.Value.Targets.Select(target => new TargetServer(target))]
        : [new TargetServer(new BackupTarget { Name = OwnName, Url = database.Value.Url })];

    /// <exception cref="BackupException"><c>unknown_server</c>: there is none of this name.</exception>
    public TargetServer Find(string name) => All.FirstOrDefault(target => target.Name == name)
        ?? throw new BackupException(
            "unknown_server",
            $"There is no server '{name}' in Backups:Targets; "
            + $"there are: {string.Join(", ", All.Select(target => target.Name))}.");
}
