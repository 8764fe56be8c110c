namespace RecoveryOS.Core.Tests.Backups.Restores;

/// <summary>One specimen for all tests of restores.</summary>
[CollectionDefinition(Name)]
public sealed class RestoreCollection : ICollectionFixture<RestoreSpecimen>
{
    public const string Name = "restores";
}
