using RecoveryOS.Core.Backups.Drills;

namespace RecoveryOS.Core.Tests.Backups.Drills;

/// <summary>Looks at nothing much, and passes.</summary>
internal sealed class EasyDrill : IDrill
{
    /// <summary>What happens before it ends.</summary>
    public Func<DrillFindings, Task> Then { get; init; } = _ => Task.CompletedTask;

    public DrillMethod Method => DrillMethod.Physical;

    public IReadOnlyList<string> Checks { get; } = ["look"];

    public async Task RunAsync(RestoreTest test, DrillLog log, DrillFindings found, CancellationToken cancellationToken)
    {
        log.Note("look", CheckResult.Right("It was there."));
        await Then(found);
    }
}
