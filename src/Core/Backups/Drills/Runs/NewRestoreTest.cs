using System.Text.Json;
using RecoveryOS.Core.Backups.Drills.Physical;
using RecoveryOS.Core.Backups.Wal;
using RecoveryOS.Core.Inputs;

namespace RecoveryOS.Core.Backups.Drills.Runs;

/// <summary>A restore test that is asked for.</summary>
/// <param name="Target">Null: the test chooses.</param>
public sealed record NewRestoreTest(string Server, DrillMethod Method, DrillTarget? Target)
{
    private const string Asked = "asked for";
    private static readonly string[] Kinds = ["newest", "manifest", "time", "lsn", "name"];
    private static readonly string[] Methods = ["physical", "logical", "azure"];

    /// <param name="servers">The names of those that are backed up; the only one need not be named.</param>
    public static Validated<NewRestoreTest> Read(JsonElement json, IReadOnlyList<string> servers)
    {
        var errors = new FieldErrors();
        var fields = new JsonFields(json, errors);
        var server = servers is [var only] && !fields.Has("server") ? only : fields.Choice("server", [.. servers]);
        var method = fields.Has("method") ? fields.Choice("method", Methods) : Methods[0];
        var test = new NewRestoreTest(
            server,
            Enum.TryParse<DrillMethod>(method, ignoreCase: true, out var parsed) ? parsed : DrillMethod.Physical,
            fields.OptionalObject("target") is { } target ? ReadTarget(target) : null);
        if (test.Target is not null && test.Method is DrillMethod.Logical)
            fields.Refuse("target", "is for physical tests: a dump has one moment");
        fields.RefuseUnknown();
        return Validated<NewRestoreTest>.From(test, errors);
    }

    private static DrillTarget ReadTarget(JsonFields fields)
    {
        var kind = fields.Choice("kind", Kinds);
        var value = fields.OptionalText("value", 128) ?? "";
        if (WrongValue(kind, value) is { } rule)
            fields.Refuse("value", rule);
        fields.RefuseUnknown();
        return new DrillTarget(kind, value, Asked);
    }

    private static string? WrongValue(string kind, string value) => kind switch
    {
        "newest" or "manifest" when value is not "" => "must be left out",
        "time" when !DrillTargets.TryTime(value, out _) =>
            "must be a time with its offset, such as 2026-01-31T12:00:00Z",
        "lsn" when !Lsn.TryParse(value, out _) => "must be a position in the WAL, such as 16/B374D848",
        "name" when value is "" => "must be a restore point's name",
        _ => null,
    };
}
