namespace TempoCos.IbmCloud.Iam;

/// <summary>The account claim: <c>bss</c> is the account's id.</summary>
public sealed record TokenAccount(bool Valid, string Bss);
