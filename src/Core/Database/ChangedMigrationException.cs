namespace RecoveryOS.Core.Database;

/// <summary>A migration script was changed after it was applied. Applied scripts are history: add a new one.</summary>
public sealed class ChangedMigrationException(string name)
    : Exception($"migration {name} was changed after it was applied; add a new migration instead");
