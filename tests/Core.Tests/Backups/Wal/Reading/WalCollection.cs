namespace RecoveryOS.Core.Tests.Backups.Wal.Reading;

/// <summary>The tests that share one cluster's archive.</summary>
[CollectionDefinition(Name)]
public sealed class WalCollection : ICollectionFixture<WalCluster>
{
    public const string Name = "WAL";
}
