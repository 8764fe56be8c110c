using System.Text.Json.Serialization;

namespace RecoveryOS.Cli.Doctors;

/// <summary>What a check found.</summary>
/// <param name="Check">The check's name.</param>
/// <param name="Detail">One sentence; never a secret, a number or a name.</param>
/// <param name="Mend">What to do about it; null where nothing is wrong.</param>
internal sealed record Finding(string Check, Verdict Verdict, string Detail, string? Mend)
{
    public static Finding Ok(string check, string detail) => new(check, Verdict.Ok, detail, null);

    public static Finding Problem(string check, string detail, string mend) => new(check, Verdict.Problem, detail,
        mend);

    public static Finding Unknown(string check, string detail, string mend) => new(check, Verdict.Unknown, detail,
        mend);
}

[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
internal enum Verdict
{
    [JsonStringEnumMemberName("ok")]
    Ok,

    [JsonStringEnumMemberName("problem")]
    Problem,

    /// <summary>Nobody could look, so nothing is known: never good news.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}

/// <summary>All findings, as JSON.</summary>
internal sealed record DoctorReport(string Subject, Verdict Verdict, IReadOnlyList<Finding> Checks);
