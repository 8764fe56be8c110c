using System.Globalization;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Identity;
using RecoveryOS.Core.Members;
using RecoveryOS.Core.Privacy;

namespace RecoveryOS.Bench.Texts;

/// <summary>The members who text, and the bare endpoint's table.</summary>
internal static class TextMembers
{
    public const int Count = 200;

    /// <summary>The number of member 0…<see cref="Count"/> − 1.</summary>
    public static string Phone(int number) => string.Create(CultureInfo.InvariantCulture, $"+1416555{number:D4}");

    public static async Task FillAsync(Stage stage, CancellationToken cancellationToken)
    {
        var roster = new MemberRoster(stage.DataSource, EncryptionKeys.Ensure(stage.Run).Cipher());
        var clinician = new Caller("bench", stage.AccountId, [Role.Clinician], null);
        for (var number = 0; number < Count; number++)
        {
            if (!PhoneNumber.TryParse(Phone(number), out var phone))
                throw new InvalidOperationException($"{Phone(number)} is no number");

            await roster.EnrolAsync(
                clinician,
                new NewMember($"T-{number}", "America/Toronto", phone, "CA", "en", null, "active"),
                cancellationToken);
        }

        await stage.ExecuteAsync("""
            CREATE TABLE bare_texts (
                id uuid PRIMARY KEY, message_sid text NOT NULL, sender text NOT NULL, body text NOT NULL,
                received_at timestamptz NOT NULL DEFAULT now())
            """, cancellationToken);
    }
}
