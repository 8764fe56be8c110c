using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Restores.Plans;

namespace RecoveryOS.Core.Backups.Drills.Physical;

/// <summary>
/// Says where a restore test goes, and whether there is a way: what the window claims and no plan reaches is a failure.
/// </summary>
public sealed class DrillPlanner(
    RecoveryWindows windows, RestorePlanner planner, DrillTargetChooser chooser, IOptions<BackupOptions> options)
{
    /// <summary>Null: there is no way, or no room; why is noted.</summary>
    public async Task<ChosenPlan?> PlanAsync(
        RestoreTest test,
        string server,
        IReadOnlyList<CatalogueEntry> entries,
        DrillLog log,
        DrillFindings found,
        CancellationToken cancellationToken)
    {
        TargetChoice? choice = null;
        RestorePlan? plan = null;
        await log.CheckAsync("target", async () =>
        {
            found.Window = await windows.ReadAsync(server, cancellationToken);
            choice = await chooser.ChooseAsync(test, entries, found.Window, cancellationToken);
            if (choice is null)
                return NothingToRestore(entries);

            found.Target = choice.Described;
            try
            {
                plan = await planner.PlanAsync(server, choice.Target, cancellationToken);
                if (test.Target is null && choice.ManifestOf is null
                    && TargetChoice.ManifestFirst(plan.Base, entries, found.Window) is { } first)
                {
                    choice = first;
                    found.Target = first.Described;
                    plan = await planner.PlanAsync(server, first.Target, cancellationToken);
                }
            }
            catch (BackupException refused) when (refused.Code == "target_outside_window" && test.Target is null)
            {
                return CheckResult.Wrong(
                    $"The recovery window says that {choice.Target} can be restored, and there is no way to it: "
                    + refused.Message);
            }

            if (choice.Described.Value is "")
                found.Target = choice.Described with { Value = plan.Recovery.Value };
            found.ForecastSeconds = plan.PredictedSeconds;
            found.Backup = new BackupUsed(
                plan.Base.Id, plan.Base.FinishedAt, plan.CatalogueSequence, plan.FetchBytes, plan.Segments.Count);
            return CheckResult.Right(
                $"{choice.Described.Choice}: {plan.Recovery.Name} = {plan.Recovery.Value}, "
                + $"from the base of {plan.Base.FinishedAt:u}.");
        }, cancellationToken);
        if (choice is null || plan is null)
            return null;
        log.Note("window", Window(found.Window));

        return await log.CheckAsync(
            "disk_space", () => Task.FromResult(DiskBudget.Check(options.Value, plan.DiskBytes)), cancellationToken)
            ? new ChosenPlan(choice, plan)
            : null;
    }

    /// <summary>
    /// A hole up to now is WAL that was archived and can't be restored; older ones ended with the base after them.
    /// </summary>
    private static CheckResult Window(RecoveryWindow? window) => window switch
    {
        null => CheckResult.CouldNotLook("What can be restored was not read."),
        { Holes: [.., { Reason: var reason } hole] } when hole.To == window.AsOf =>
            CheckResult.Wrong($"Since {hole.From:u} nothing can be restored: {Explanations.Sentence(reason)}"),
        _ => CheckResult.Right(
            $"From {window.Earliest:u} to {window.Latest:u}; {window.Holes.Count} holes, none of which is open."),
    };

    private static CheckResult NothingToRestore(IReadOnlyList<CatalogueEntry> entries) =>
        BackupCatalogue.KeptOf(entries).Any(entry => entry.Physical is not null)
            ? CheckResult.Wrong("There are backups, and nothing can be restored from them.")
            : CheckResult.CouldNotLook("There is no base backup yet.");
}

/// <summary>A target and the way to it.</summary>
public sealed record ChosenPlan(TargetChoice Choice, RestorePlan Plan);
