using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Core.Accounts;
using RecoveryOS.Core.Alerts;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.CheckIns;
using RecoveryOS.Core.Consents;
using RecoveryOS.Core.Database;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Members;
using RecoveryOS.Core.Messaging;
using RecoveryOS.Core.OnCall;
using RecoveryOS.Core.Privacy;
using RecoveryOS.Core.Risks;
using RecoveryOS.Core.Timers;

namespace RecoveryOS.Core;

/// <summary>The whole product, for a host to serve.</summary>
public static class CoreServices
{
    public static IServiceCollection AddRecoveryOS(this IServiceCollection services) => services
        .AddBackups()
        .AddDatabase()
        .AddPrivacy()
        .AddIdentity()
        .AddMessaging()
        .AddSingleton<AccountBook>()
        .AddSingleton<AlertBoard>()
        .AddSingleton<AlertEscalation>()
        .AddSingleton<CheckInHistory>()
        .AddSingleton<CheckInLog>()
        .AddSingleton<ConsentRegister>()
        .AddSingleton<MemberRoster>()
        .AddSingleton<OnCallRoster>()
        .AddSingleton<RiskReport>()
        .AddSingleton<TimerRuns>();
}
