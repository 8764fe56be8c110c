using Microsoft.Azure.Functions.Worker;
using RecoveryOS.Core.Alerts;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Messaging.Outbound;
using RecoveryOS.Core.Messaging.Reminders;
using RecoveryOS.Core.Timers;
using RecoveryOS.Functions.Access;

namespace RecoveryOS.Functions;

/// <summary>What happens to texts by the clock.</summary>
public sealed class MessageTimers(
    TimerRuns runs, Dispatcher dispatcher, Reconciler reconciler, ReminderRound reminders, AlertEscalation escalation)
{
    [Function(nameof(DispatchMessages)), Allow(Role.Schedule)]
    public Task DispatchMessages(
        [TimerTrigger("%Schedules:DispatchMessages%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.DispatchMessages, dispatcher.RunAsync, cancellationToken);

    [Function(nameof(ReconcileMessages)), Allow(Role.Schedule)]
    public Task ReconcileMessages(
        [TimerTrigger("%Schedules:ReconcileMessages%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.ReconcileMessages, reconciler.RunAsync, cancellationToken);

    [Function(nameof(SendReminders)), Allow(Role.Schedule)]
    public Task SendReminders(
        [TimerTrigger("%Schedules:SendReminders%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.SendReminders, reminders.RunAsync, cancellationToken);

    [Function(nameof(EscalateAlerts)), Allow(Role.Schedule)]
    public Task EscalateAlerts(
        [TimerTrigger("%Schedules:EscalateAlerts%", UseMonitor = false)] TimerInfo timer,
        CancellationToken cancellationToken) =>
        runs.RunAsync(TimerNames.EscalateAlerts, escalation.RunAsync, cancellationToken);
}
