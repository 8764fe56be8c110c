namespace RecoveryOS.Core.Backups.Alarms;

/// <summary>Something that operators have to know.</summary>
/// <param name="Kind">An <see cref="AlarmKind"/> in snake_case.</param>
/// <param name="Detail">One sentence, without secrets and without data.</param>
/// <param name="Times">How often it was found since it began.</param>
/// <param name="EndedAt">Null while it lasts.</param>
public sealed record OperatorAlarm(
    Guid Id, string Server, string Kind, string Detail, DateTimeOffset RaisedAt, int Times, DateTimeOffset? EndedAt);
