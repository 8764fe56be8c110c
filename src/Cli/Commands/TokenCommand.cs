using System.CommandLine;
using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Commands;

internal static class TokenCommand
{
    public static Command Create()
    {
        var role = new Option<string>("--role")
        {
            Description = "Who the token speaks for",
            HelpName = "clinician|member|operator",
            Required = true,
        };
        role.AcceptOnlyFromAmong("clinician", "member", "operator");
        var account = new Option<Guid?>("--account")
        {
            Description = "The account's id [default: the local run's account]",
            HelpName = "UUID",
        };
        var member = new Option<Guid?>("--member")
        {
            Description = "The member's id, for --role member",
            HelpName = "UUID",
        };
        var minutes = new Option<int>("--minutes")
        {
            Description = "How long it is good for",
            HelpName = "N",
            DefaultValueFactory = _ => 60,
        };
        minutes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1440)
                result.AddError("--minutes is 1 to 1440.");
        });

        var command = new ExampleCommand(
            "token",
            "Print a token signed by the local run's key.",
            "./recoveryos token --role clinician",
            "./recoveryos token --role member --member 0198c6a0-2b7e-7000-8000-4f1f0c3d2a11 --minutes 5",
            "curl -H \"Authorization: Bearer $(./recoveryos token --role operator)\" http://127.0.0.1:7071/v1/backups")
        {
            role, account, member, minutes,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(role) is "member" != result.GetValue(member) is not null)
                result.AddError("--member goes with --role member, and --role member needs it.");
        });
        command.SetAction(parsed =>
        {
            var run = parsed.LocalRun();
            var key = SigningKey.Load(run);
            var token = new TokenRequest(
                parsed.GetRequiredValue(role),
                parsed.GetValue(account) ?? run.AccountId(),
                parsed.GetValue(member),
                TimeSpan.FromMinutes(parsed.GetValue(minutes)));
            Console.Out.WriteLine(key.Sign(token, TimeProvider.System));
            return 0;
        });

        return command;
    }
}
